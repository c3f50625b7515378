"""The words in which plans are spoken of: patterns, whatever intent a sentence was taken for."""

import re

POLITE = (
    r"^(?:(?:ok|okay|oh|and|also|now|so|then|please|pollux|actually|no|sorry|wait|hm+|well|can you|could you|would you|"
    r"will you|you can|let'?s|i want to|i'd like to)[,\s]+)*"
)
IT = r"(?:it|that|this|that one|this one|the (?:meeting|appointment|event|call|one))"
INVITES = re.compile(
    rf"{POLITE}(?:invite|bring|include|add)\s+"
    r"(?P<who>(?!(?:it|that|this|them|an?|the|my|to)\b)[\w'’-]+(?:(?:,|\s+and|\s)\s*"
    r"(?!(?:to|too|as|in|for|please)\b)[\w'’-]+){0,4}?)"
    r"(?:\s+(?:to|in)\s+(?:it|that|this)|\s+too|\s+as well|\s+please)*\W*$",
    re.IGNORECASE,
)
FILES = re.compile(
    rf"{POLITE}(?:put|move|save|add|enter|file|write|keep|have|make)\s+{IT}\s+(?:in|into|to|on|onto)\s+(?:my|the|our)\s+"
    r"(?P<calendar>[\w'’-]+(?:\s[\w'’-]+)?)\s+(?:calendar|diary|agenda)(?:\s+(?:instead|please|rather))*\W*$"
    rf"|{POLITE}(?:in|into|to|on)\s+(?:my|the|our)\s+(?P<other>[\w'’-]+)\s+(?:calendar|diary|agenda)"
    r"(?:,?\s+(?:instead|please|rather))*\W*$",
    re.IGNORECASE,
)
OWN_CALENDAR = frozenset("own main normal usual same default".split())
SUMMARY = re.compile(
    r"\b(?:summar(?:y|ise|ize)|overview|rundown|run-down|recap|briefing|brief)\b.*"
    r"\b(?:to(?:day|morrow|night)|day|week|morning|afternoon|evening|agenda|calendar|schedule|plans?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
WHATS_ON = re.compile(
    r"(?:(?:so|ok|okay|and|hey)[\s,]+)*(?:what(?:'?s|’s| is)|wh?ats|anything|something)"
    r"(?:\s+(?:on|up|happening|planned|going on|there|else|for|in|my|the|calendar|schedule|agenda|plan))*[\s?.!]*",
    re.IGNORECASE,
)
RETIMES = re.compile(
    rf"\b(?:make|let|have|get|want)\s+{IT}\s+(?:end|finish|last|start|begin|run|go on)\b|"
    rf"^(?:(?:no|actually|sorry|oh|wait|and|but)[\s,]+)*{IT}\s+"
    r"(?:ends?|finishes|lasts|starts?|begins?|goes on|runs|takes)\b|"
    rf"\b(?:extend|shorten|lengthen|prolong)\s+{IT}\b",
    re.IGNORECASE,
)
CLASHES = re.compile(
    r"\b(?:conflicts?|clash(?:es|ing)?|overlap(?:s|ping)?|double[- ]?book(?:ed|ings?)?)\b", re.IGNORECASE
)
HAVE_TO = re.compile(
    rf"{POLITE}(?:(?:i|we)\s+)?(?:(?:still\s+|really\s+)?(?:have|need|'?ve got|got|ought)\s+to|must|gotta|should)\s+"
    r"(?!(?:move|postpone|reschedule|cancel|push|delay|shift|know|go|leave|talk|speak|say|see|ask|change|be)\b)[a-z]+\b",
    re.IGNORECASE,
)
KEEPS = re.compile(
    r"^(?:(?:no|actually|oh|wait|sorry|hm+|but|ok|okay)[\s,]+)*(?:keep|leave)\s+(?:it|that|them|this)"
    r"(?:\s+(?:in|there|after all|as it (?:is|was)|please|on|then))*\W*$"
    r"|^(?:(?:no|actually|oh|wait|sorry|please|ok|okay|can you|could you)[\s,]+)*"
    r"(?:(?:bring|put|get|take|want)\s+(?:it|that|them|this)\s+back|restore\s+(?:it|that|them))(?:\s+\w+)?\W*$",
    re.IGNORECASE,
)
GONE = frozenset({"cancel_event", "delete_task", "cancel_reminder", "skip"})
RENAMES = re.compile(
    rf"{POLITE}(?:call|name|rename|title)\s+"
    r"(?:it|that|this|that one|the (?:meeting|appointment|event|task|reminder|call))\s+"
    rf"(?:to\s+|into\s+)?(?P<title>.+?)(?:\s+(?:instead|please|rather))*[\s.!]*$"
    r"|^(?:(?:no|and|also|please)[\s,]+)*(?:the\s+|its\s+)(?:title|name)\s+(?:is|should be|shall be)\s+"
    r"(?P<other>.+?)[\s.!]*$",
    re.IGNORECASE,
)
NAMED_KINDS = frozenset({"event", "task", "reminder"})
FROM_NOW_ON = re.compile(
    r"\b(?:from now on|always|every time|for good)\b.*\b(?:it|they|that|this|the [\w-]+)\s?"
    r"(?:'s|’s|is|are|will be|starts?|begins?|happens?|comes?)\s+(?:at|on|from)\b"
    r"|\b(?:it|they|that|this)\s?(?:'s|’s|is|are|will be|starts?|begins?)\s+(?:at|on|from)\b.*\bfrom now on\b",
    re.IGNORECASE,
)
WHOLE_SERIES = re.compile(
    rf"{POLITE}(?:cancel|delete|remove|stop|end|drop|scrap|call off)\b.*\b"
    r"(?:series|all of (?:them|it)|them all|every one|for good|altogether)\b",
    re.IGNORECASE,
)
WORKS = re.compile(
    r"^(?:(?:and|also|so|ok|okay|please note)[\s,]+)*i\s+(?:usually\s+|always\s+|normally\s+|now\s+)?"
    r"(?:work|am working|only work|don'?t work|do not work|never work)\b(?:\s+from)?\s+(?:on\s+)?"
    r"(?:\d|mon|tue|wed|thu|fri|sat|sun|half|from|between|until)",
    re.IGNORECASE,
)
CLOCK = re.compile(
    r"^(?:(?:and|so|hey|please|pollux|ok|okay|sorry|excuse me)[\s,]+)*"
    r"(?:what(?:'s|’s|s| is)?\s+(?:the\s+)?(?:current\s+)?(?:time|date)"
    r"(?:\s+(?:is it|now|right now|today|please|is it now|do you have))*|"
    r"what\s+(?:day|date|time)(?:\s+of\s+(?:the\s+)?(?:week|day))?\s+is\s+(?:it|today)"
    r"(?:\s+(?:now|today|please))*|"
    r"tell me the (?:time|date)|do you (?:know|have) (?:what time it is|the time|the date))\W*$",
    re.IGNORECASE,
)
LAST_CHANGE = re.compile(
    r"^(?:(?:and|so|wait|ok|okay)[\s,]+)*what\s+(?:did|have)\s+(?:i|you|we)\s+(?:just\s+|last\s+)?"
    r"(?:add|added|do|done|change|changed|create|created|make|made|set|move|moved|cancel|cancelled|delete|deleted|book|booked)"
    r"(?:\s+(?:just now|last|just|there))?\W*$",
    re.IGNORECASE,
)
CALLS_OFF = re.compile(
    rf"{POLITE}(?:cancel|scrap|drop|delete|remove|call off|bin|kill|ditch)\s+(?:the|my|our)\s+"
    r"(?!(?:interview|question|change|changes|order|request|whole|last|set-?up|setup|wish|thing|action|approval|others?)\b)\w{3,}",
    re.IGNORECASE,
)
REMINDS_BEFORE = re.compile(r"\bremind\s+me\b.*\b(?:before|beforehand|in advance)\b", re.IGNORECASE)
PRIORITY = re.compile(
    rf"{POLITE}(?:make|set|mark|give|rate)\s+{IT}\s+(?:as\s+|to\s+|a\s+)?(?P<level>high|top|low|normal|medium|urgent|important|"
    r"less important|more important)(?:\s+priority)?(?:\s+(?:please|then))*[\s.!]*$|"
    r"^(?:and\s+|oh\s+|no\s+)?(?:it|that)(?:'s|’s| is)\s+"
    r"(?P<other>urgent|important|high priority|low priority)[\s.!]*$",
    re.IGNORECASE,
)
IS_ON = re.compile(
    r"\b(?:birthday|anniversary|wedding|party|exam|funeral|graduation|christening|deadline|holidays?|vacation|trip|concert)\b"
    r".*\b(?:is|are)\s+(?:on|from)\b",
    re.IGNORECASE,
)
ENDS_BEFORE = re.compile(r"\b(?:before|beforehand|in advance)\W*$", re.IGNORECASE)
STILL_ON = re.compile(
    r"^(?:and\s+|so\s+)?(?:is|are)\b.*\bstill\s+(?:on|happening|planned|scheduled|taking place)\b", re.IGNORECASE
)
HAVE_A = re.compile(
    rf"{POLITE}(?:i|we)(?:\s+have(?:\s+got)?|'ve\s+got|\s+got|'m\s+having)\s+(?:an?|my|our|the)\s+[a-z]", re.IGNORECASE
)
REMINDS = re.compile(
    r"\b(?:remind\w*|alarm|wake|ping|tell|nudge|alert|notify|let me know|forget|shout|warn|timer|buzz|heads[- ]up)\b",
    re.IGNORECASE,
)
DATE_OF = re.compile(
    r"(?:(?:and|so|ok|okay|please)[\s,]+)*(?:when|what\s+(?:day|date|weekday)|which\s+(?:day|weekday))(?:'s|’s|\s+is|\s+was|\s+will|\s+does)?"
    r"(?:\s+(?:it|be|on|fall|fall on|is|this year))*[\s?.!]*",
    re.IGNORECASE,
)
STOPPED = re.compile(r"\b(?:stop|no|never|don'?t|without|turn off|switch off|mute|fewer|less)\b", re.IGNORECASE)
BLOCKS = re.compile(
    rf"{POLITE}(?:block|reserve|book|keep|schedule|set aside|free up|find)\s+.*\bfor\s+{IT}\b",
    re.IGNORECASE,
)
DUE = re.compile(r"^(?:(?:and|so)\s+)?(?:(?:by )?when|what (?:day|date|time)|how long)\b.*\bdue\b", re.IGNORECASE)
ASKS_OF_IT = re.compile(
    rf"^(?:(?:and|so|ok|okay)[,\s]+)*"
    rf"(?:how long|(?:at )?what time|(?:until |till )?when|where|who|(?:on )?(?:what|which) day)\s+"
    rf"(?:is|was|does|do|will|are)\s+{IT}\b(?!\s+(?:due|my|the|your))",
    re.IGNORECASE,
)
ON_THE_LIST = re.compile(
    r"^(?:(?:and|so|ok|okay)[,\s]+)*what(?:['’]s| is| else is)(?: still| all| left)? (?:on|in) "
    r"(?:it|there|(?:the|my|our) "
    r"(?:\w+[- ])?list)(?: now| so far| already)?\W*$",
    re.IGNORECASE,
)
WHO_COMES = re.compile(
    r"^(?:(?:and|so|ok|okay)[,\s]+)*who(?:['’]s| is| else is| are)? "
    r"(?:in|at|coming(?: to)?|invited(?: to)?|joining|comes(?: to)?)"
    r"(?: (?:it|that|there|the (?:meeting|call|event)))?\W*$",
    re.IGNORECASE,
)
SHOULD_BE = re.compile(
    rf"{POLITE}(?P<what>(?:the|my|our|that)\s+[\w'’\s-]{{2,40}}?|{IT})\s+"
    r"(?:should(?: really)? be|is supposed to be|was supposed to be|has to be|needs to be|must be|is actually|"
    r"ought to be|is really)\s+(?:at|on|from|in|to)\b",
    re.IGNORECASE,
)
THAT_DAY = re.compile(
    r"\b(?:(?:on|in|during|for) )?(?:that|the same) (?:day|morning|afternoon|evening|night|week)\b", re.IGNORECASE
)
ASKS = re.compile(r"^(?:(?:and|so|ok)[,\s]+)*(?:what|what's|whats|is|are|do|am|anything|have)\b|\?\s*$", re.IGNORECASE)
STOP_THESE = re.compile(
    r"^(?:(?:ok|okay|please|pollux|can you|could you|just|now)[,\s]+)*(?:stop|end|drop|no more(?: of)?)\s+"
    r"(?:(?:all\s+)?(?:these|those|this|that|it|them)|reminding me(?: (?:of|about) (?:it|that|this))?)"
    r"(?:\s+(?:reminders?|alarms?|one))?(?:[,\s]+(?:please|now|thanks))*\W*$",
    re.IGNORECASE,
)
SKIPS = re.compile(
    rf"{POLITE}(?:skip|leave out|drop|miss|not)\s+(?:it|that|this|(?:the|this|that|just the)\s+(?:next|coming|one)"
    r"(?:\s+\w+)?)\b",
    re.IGNORECASE,
)
# A verb makes a sentence of what would be the name of an appointment.
SENTENCE = re.compile(
    r"\?|^(?:what|when|where|who|why|how|which|is|are|was|were|do|does|did|can|could|will|would|should|has|have|i|we|it|"
    r"no|not|yes|ok|okay|same|and|but|if|tell|show|give|set|turn|switch|move|push|shift|put|make|change|cancel|delete|remove|"
    r"remind|stop|start|skip|snooze|wake|let|please|thanks?|good|hi|hello|from|at|on|by|until|in|for|every|all|any|"
    r"tomorrow|today|tonight|yesterday|actually|sorry|oh|nothing|something|everything|never|also|then|only|just|maybe|"
    r"undo|postpone|done|finished|quiet|silence|mute|energy|stress|mood)\b"
    r"|\b(?:is|are|was|were|been|am|i'm|it's|has|had|did|does|do|will|won't|can't|cannot|don't|didn't|went|got|gets|"
    r"remind|ago|yesterday|last|since)\b",
    re.IGNORECASE,
)
