"""The words that steer an interview instead of answering it: skip, back, later, cancel, "that's all", yes."""

import re
from typing import Literal

from interview.phrases import phrases

Control = Literal["skip", "back", "later", "cancel", "defaults", "yes", "no"]

_POLITE = re.compile(
    "^(?:"
    + phrases(r"""
        please|ok(?:ay)?|well|um+|uh+|hm+|so|and|then|just
        (?:can|could) (?:we|you|i)
        let'?s|let us|i'?d like to|i want to
    """)
    + r"[\s,]+)+|[\s,]+(?:please|thanks|thank you|for now|then|now)$",
    re.IGNORECASE,
)
_REST = phrases(r"""
    (?:the )?(?:rest|remaining(?: (?:ones|questions))?|others|other (?:ones|questions)|everything else)
    all (?:the )?(?:others|rest)
""")
_TAKE = "(?:take|use|keep|go with|accept|apply|with)"
_VALUES = "(?:values|settings|answers)"
_DEFAULTS = phrases(rf"""
    (?:{_TAKE} )?(?:all )?(?:(?:the|your) )?(?:defaults?(?: {_VALUES})?|standard {_VALUES})(?: (?:for|on) {_REST})?
""")
_ENOUGH = phrases(r"""
    that(?:'?s| is) (?:all|it|enough|everything)
    nothing (?:else|more)
    no more(?: questions)?
    enough(?: questions)?
    (?:i'?m|we'?re) done
    done
    finish(?:ed)?(?: it)?
""")
_SKIP_REST = phrases(rf"""
    (?:skip|ignore|leave|forget) {_REST}(?: (?:of it|as (?:it is|they are)))?
    {_REST} (?:is|are) (?:fine|ok(?:ay)?|good)
""")
_DO = "(?:do|finish|continue|answer|leave|resume|come back to|go on with)"
_ANOTHER_TIME = "(?:later(?: on)?|another time|tomorrow|for later|until later)"
_PHRASES: tuple[tuple[Control, str], ...] = (
    (
        "defaults",
        rf"(?:{_ENOUGH}|{_SKIP_REST}|{_DEFAULTS})(?:[\s,;.!]+(?:and\s+)?(?:{_SKIP_REST}|{_DEFAULTS}|{_ENOUGH}))*",
    ),
    (
        "later",
        phrases(rf"""
            (?:i(?:'ll| will) )?{_DO}(?: (?:{_REST}|it|this|that|them))? {_ANOTHER_TIME}
            (?:maybe )?later(?: on)?
            not (?:right )?now
            pause(?: (?:it|this|here|the interview))?
            remind me later
            (?:i(?:'ve| have)? )?(?:got to|gotta|have to|need to|must|should) (?:go|run|leave|dash|sleep)(?: now)?
            (?:i(?:'m| am) )?(?:off|going|heading)(?: (?:to (?:bed|work|sleep|lunch|school|a meeting)|home|out))?
            i need (?:a break|some sleep|to sleep)|time for bed
            good ?night|good ?bye|bye(?: bye)?|see you(?: (?:later|tomorrow|soon))?
            talk (?:to you )?(?:later|tomorrow)
            (?:let'?s|let us|we can|can we) (?:stop|leave it|pause) here
        """),
    ),
    (
        "cancel",
        phrases(r"""
            (?:cancel|abort|stop|quit|exit|discard|drop)(?: (?:it|this|that|everything))?
            (?:cancel|abort|stop|quit|exit|discard|drop) the (?:interview|setup|twin|whole thing)
            never ?mind
            forget (?:it|about it|that|the whole thing)
            (?:don'?t|do not) (?:create|make|set)(?: up)? (?:it|a twin|the twin|anything)(?: up)?
        """),
    ),
    (
        "back",
        phrases(r"""
            (?:go |step |one )?back(?: (?:one|a step|one step|to the (?:last|previous)(?: (?:question|one))?))?
            (?:the )?(?:previous|last) (?:question|one)(?: again)?
        """),
    ),
    (
        "skip",
        phrases(r"""
            (?:skip|pass|next)(?: (?:it|this|that|this one|that one|question|one|(?:this|that|the) question))?
            (?:i )?(?:don'?t|do not) (?:know|care|want to say)(?: (?:it|that|yet))?
            no (?:idea|answer)
            (?:i'?m )?not sure
            whatever|n/a|none
            (?:no,? )?nothing(?: (?:special|in particular))?
            (?:no,? )?(?:i|we) (?:don'?t|do not) have (?:one|any)
            dunno
        """),
    ),
    (
        "yes",
        phrases(r"""
            (?:yes|yep|yeah|yup|sure|ok(?:ay)?|fine|good|great|perfect|right|correct|exactly)
            confirm(?:ed)?|absolutely|definitely|of course
            go(?: ahead)?
            do (?:it|that|so)
            (?:create|make|save|use|take|keep) (?:it|the twin|that|this)
            (?:that|it|this|all)?(?:'?s| is| looks| sounds)? ?(?:good|right|fine|correct|ok(?:ay)?|great)
            (?:looks|sounds) (?:good|right|fine|great|ok(?:ay)?)
            as (?:it is|proposed|suggested)
            (?:the )?default
        """)
        + r"(?:[\s,!.]+"
        + phrases(r"""
            please|yes|thanks|thank you|go ahead
            do (?:it|that)
            that'?s (?:right|fine|correct|good|it|all)
            (?:create|make|save) (?:it|the twin)
            (?:it )?(?:looks|sounds) good
        """)
        + ")*",
    ),
    (
        "no",
        phrases(r"""
            no|nope|nah|wait|wrong|no,? wait
            not (?:yet|quite|really)
            (?:no,? )?that'?s (?:wrong|not right|not correct)
            no,? (?:thanks|thank you)
        """),
    ),
)
_COMPILED = tuple((name, re.compile(pattern, re.IGNORECASE)) for name, pattern in _PHRASES)


def control_in(text: str) -> Control | None:
    """What a whole message steers, if it does nothing but steer; `text` is tidy."""
    plain = text.strip(" .!,;")
    for candidate in dict.fromkeys((plain, _stripped(plain))):
        for name, pattern in _COMPILED:
            if candidate and pattern.fullmatch(candidate):
                return name
    return None


def _stripped(text: str) -> str:
    """The message without what is only polite."""
    previous = None
    while text != previous:
        previous, text = text, _POLITE.sub("", text).strip(" .!,;")
    return text
