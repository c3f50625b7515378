"""Signs that people send instead of a word: a thumb is a yes, folded hands are thanks."""

_WORDS = {
    "yes": "👍👌✅✔🆗",
    "no": "👎❌✖🚫",
    "thanks": "🙏",
    "hello": "👋",
}
_SAID = {sign: word for word, signs in _WORDS.items() for sign in signs}
# Skin tones, and the mark that asks for a picture instead of a letter.
_VARIANTS = dict.fromkeys([0xFE0F, *range(0x1F3FB, 0x1F400)])


def spelled_out(text: str) -> str:
    """The word that a message of nothing but one sign, once or several times, stands for; every other as it is."""
    signs = set("".join(text.translate(_VARIANTS).split()))
    return _SAID.get(signs.pop(), text) if len(signs) == 1 else text
