"""Several requests in one message: where it is cut, and what each part takes over from the one before."""

from collections.abc import Callable

from bot.ports import Parse


def split_requests(text: str, parse: Callable[[str], Parse]) -> list[Parse]:
    return [parse(text)]
