"""Signs that people answer with: Slack writes their names. Source: docs.slack.dev, Formatting, Emoji."""

import re

_SIGNS = {
    "+1": "👍",
    "thumbsup": "👍",
    "-1": "👎",
    "thumbsdown": "👎",
    "ok": "👌",
    "ok_hand": "👌",
    "white_check_mark": "✅",
    "heavy_check_mark": "✔",
    "x": "❌",
    "no_entry_sign": "🚫",
    "wave": "👋",
    "pray": "🙏",
    "heart": "❤",
    "tada": "🎉",
    "raised_hands": "🙌",
    "smile": "😄",
    "grinning": "😀",
    "slightly_smiling_face": "🙂",
    "disappointed": "😞",
    "cry": "😢",
}
_NAMED = re.compile(r":([a-z0-9_+-]+):(?::skin-tone-[2-6]:)?")


def signs(text: str) -> str:
    """The text with the signs themselves; a name that is none of theirs stays ("at 10:30:15")."""
    return _NAMED.sub(lambda name: _SIGNS.get(name[1], name[0]), text)
