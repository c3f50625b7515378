"""`python -m tests.conversations [FOLDER]`: runs every case of a folder and says what came of it."""

import argparse
import asyncio
import difflib
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.conversations.case import Case, CaseFault, load_folder
from tests.conversations.report import Result, run_cases
from tests.conversations.server import ROOT

DEFAULT = ROOT.parent / "shared" / "cases"
LATER = Path(__file__).with_name("later.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every case did as expected, 1 when one failed, 2 when there was nothing to run."""
    options = _parser().parse_args(arguments)
    loaded = list(load_folder(options.folder))
    if not loaded:
        return _refuse(f"there are no critical/*.yml or dialogues/*.yml in {options.folder}")
    later = later_cases(options.folder)
    cases = [case for _, case in loaded if isinstance(case, Case)]
    unreadable = [Result(path.stem, (str(case),)) for path, case in loaded if isinstance(case, CaseFault)]
    unknown = [Result(name, (f"{LATER.name} lists it, but there is no such case",)) for name in later]
    unknown = [result for result in unknown if result.name not in {case.name for case in cases}]
    if options.case:
        known = {case.name: case for case in cases}
        for name in options.case:
            if fault := next((r.faults[0] for r in unreadable if r.name == name), None):
                return _refuse(fault)
            if name not in known:
                near = difflib.get_close_matches(name, known, 1)
                return _refuse(f"there is no case {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        cases, unreadable, unknown = [known[name] for name in options.case], [], []
    return asyncio.run(_run(cases, unreadable + unknown, later, options.jobs, options.verbose))


def later_cases(folder: Path) -> Mapping[str, str]:
    """The cases that need later issues, with the reason; none for a folder that is not the default one."""
    if folder.resolve() != DEFAULT.resolve():
        return {}
    return {name: str(reason) for name, reason in tomllib.loads(LATER.read_text(encoding="utf-8")).items()}


async def _run(
    cases: Sequence[Case], known: Sequence[Result], later: Mapping[str, str], jobs: int, verbose: bool
) -> int:
    results = list(known)
    for result in known:
        _say(result, verbose)
    async for result in run_cases(cases, later, jobs):
        results.append(result)
        _say(result, verbose)
    failed = sum(result.failed for result in results)
    skipped = sum(result.later is not None and not result.failed for result in results)
    counts = f"{len(results) - failed - skipped} passed, {failed} failed"
    print(f"{counts}, {skipped} skipped" if skipped else counts)  # noqa: T201
    return 1 if failed else 0


def _say(result: Result, verbose: bool) -> None:
    print("\n".join([*result.lines, *(result.transcript if verbose else ())]), flush=True)  # noqa: T201


def _refuse(reason: str) -> int:
    print(reason, file=sys.stderr)  # noqa: T201
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.conversations", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT, help="default: %(default)s")
    parser.add_argument("--case", action="append", help="only this case; may be given again")
    parser.add_argument("--jobs", type=int, default=2, help="servers at a time (default: %(default)s)")
    parser.add_argument("-v", "--verbose", action="store_true", help="print what was said")
    return parser


if __name__ == "__main__":
    sys.exit(main())
