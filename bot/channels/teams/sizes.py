"""How large what Teams is sent may be, as Teams counts it.

Source: learn.microsoft.com, Teams, Limits and specifications: 100 KB a message, at two bytes a letter.
"""

from microsoft_teams.api.activities import MessageActivityInput

MOST_BYTES = 80_000  # written without spaces: whoever counts them after each comma and colon finds a tenth more


def size(made: MessageActivityInput) -> int:
    """In bytes."""
    return size_of(made.model_dump_json(by_alias=True, exclude_none=True))


def size_of(text: str) -> int:
    """In bytes."""
    return len(text.encode("utf-16-le"))
