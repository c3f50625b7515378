"""What the tagger sees of each word: the word, its neighbours, its ends, what rules found there, the intent."""

from collections.abc import Iterator, Sequence

from bot.nlu.text import Token

_LATEST = 4  # from this word on, its place in the sentence says no more
# Those of the features below that mean something else under another intent: the word, the words at its side,
# what was found here, the place in the sentence. They come first in `token_features`.
_OF_INTENT = 5


def token_features(tokens: Sequence[Token], hints: Sequence[str]) -> Iterator[list[str]]:
    """The features of each token; `hints` is a word for each on what rules found there."""
    words = ["<3", "<2", "<", *(_seen(t) for t in tokens), ">", ">2", ">3"]
    found = ["", "", "", *hints, "", "", ""]
    for i, token in enumerate(tokens, 3):
        here, before, after = words[i], words[i - 1], words[i + 1]
        hint = found[i]
        yield [
            f"w={here}",
            f"w-1={before}",
            f"w+1={after}",
            f"h={hint}",
            f"at={min(i - 3, _LATEST)}",
            f"w-2={words[i - 2]}",
            f"w+2={words[i + 2]}",
            f"w-3={words[i - 3]}",
            f"w+3={words[i + 3]}",
            f"w-1,0={before} {here}",
            f"w0,1={here} {after}",
            f"w-1,1={before} {after}",
            f"w-2,-1={words[i - 2]} {before}",
            f"w1,2={after} {words[i + 2]}",
            f"w-2,-1,0={words[i - 2]} {before} {here}",
            f"w-1,0,1={before} {here} {after}",
            f"end={here[-3:]}",
            f"end2={here[-2:]}",
            f"end4={here[-4:]}",
            f"head={here[:3]}",
            f"head4={here[:4]}",
            f"end-1={before[-3:]}",
            f"end+1={after[-3:]}",
            f"shape={_shape(token)}",
            f"h-1={found[i - 1]}",
            f"h+1={found[i + 1]}",
            f"h-2={found[i - 2]}",
            f"h+2={found[i + 2]}",
            f"h,-1={hint} {found[i - 1]}",
            f"h,+1={hint} {found[i + 1]}",
            f"h,w-1={hint} {before}",
            f"h,w-2={hint} {words[i - 2]} {before}",
            f"h,w+1={hint} {after}",
            f"first={words[3]}",
            f"first2={words[3]} {words[4]}",
            f"first,h={words[3]} {hint}",
            f"last={i == len(tokens) + 2}",
        ]


def intent_features(features: Sequence[str], intent: str) -> list[str]:
    """The features of one token that hold under this intent, from its features by `token_features`."""
    return [f"I={intent}", *(f"I={intent},{f}" for f in features[:_OF_INTENT])]


def _seen(token: Token) -> str:
    return "#" * min(len(token.norm), 5) if token.is_number else token.norm


def _shape(token: Token) -> str:
    if token.is_number:
        return "number"
    if not token.is_word:
        return "sign"
    if token.text.isupper():
        return "CAPS"
    return "Cap" if token.text[0].isupper() else "low"
