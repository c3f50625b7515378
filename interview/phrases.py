"""How phrases are written down: one alternative a line, a space means any white space."""

import re


def phrases(lines: str) -> str:
    """The regular expression for one of several phrases, each a line (an expression itself)."""
    return "(?:" + "|".join(re.sub(r" +", r"\\s+", line.strip()) for line in lines.strip().splitlines()) + ")"
