"""Which findings are one concern though they are about several twins: devices that fell silent together."""

from twin_core.attention.concerns import Cause, Concern, Finding
from twin_core.attention.families.silences import TOGETHER, one_cause
from twin_core.attention.index import ConcernIndex

_LOOKED_AT = 50  # of the newest silences


def joined(finding: Finding, index: ConcernIndex) -> tuple[Finding, list[Concern]]:
    """The finding in the group it belongs to, and the concerns that now become part of that group."""
    if finding.family != "silence" or finding.twin is None:
        return finding, []
    known = next((each for each in index.of_twin(finding.twin) if each.family == "silence"), None)
    if known is not None:
        return finding.within(known.group), []
    if finding.data is None:
        return finding, []
    cause = Cause(finding.at, finding.data)
    others: list[Concern] = []
    for concern in index.newest("silence", _LOOKED_AT):
        if not one_cause(cause, [c for each in (*others, concern) for c in each.causes.values()]):
            continue
        others.append(concern)
        if len(concern.twins) >= TOGETHER:
            return finding.within(concern.group), []
    twins = {finding.twin}.union(*(concern.twins for concern in others))
    if len(twins) < TOGETHER:
        return finding, []
    return finding.within(others[0].group), others[1:]
