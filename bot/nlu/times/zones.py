"""Time zones by the abbreviations people say, in minutes east of Greenwich.

Abbreviations are not unique (IST is India's, Ireland's and Israel's); the reading is the one of most people who say it.
Sources: the IANA time zone database and CLDR's metazone names.
"""

_LINES = {
    -720: "idlw",
    -660: "sst nut",
    -600: "hst taht ckt",
    -570: "mart",
    -540: "akst gamt hdt",
    -480: "pst akdt pt",
    -420: "mst pdt mt",
    -360: "cst mdt galt east",
    -300: "est cdt cot pet ect et easst ct",
    -240: "edt ast vet bot clt gyt amt cdt2 fkt pyt",
    -210: "nst",
    -180: "adt art brt uyt srt clst gft pmst rott fkst amst",
    -150: "ndt",
    -120: "gst2 fnt brst pmdt wgst uyst",
    -60: "azot cvt egt",
    0: "gmt utc wet z egst azost uct zulu",
    60: "cet bst wat west met wast mez",
    120: "cest eet cat sast mest mesz israel idt2 ist2",
    180: "msk eest eat trt idt syot arabia",
    210: "irst",
    240: "gst sct ret azt get amt2 mut samt msd kuyt",
    270: "irdt aft",
    300: "pkt uzt tmt mvt tjt yekt azst orat aqtt tft mawt",
    330: "ist slst",
    345: "npt",
    360: "bdt btt almt omst yekst novt kgt iot vost",
    390: "mmt cct",
    420: "ict wib krat novst hovt omsst cxt davt",
    480: "sgt hkt myt pht awst wita ulat irkt krast bnt cst2 phot",
    525: "acwst",
    540: "jst kst wit yakt tlt pwt irkst awdt",
    570: "acst",
    600: "aest vlat chst pgt yakst ddut chut",
    630: "acdt lhst",
    660: "aedt sbt nct vut pont kost magt vlast lhdt sakt nft",
    720: "nzst fjt gilt mht tvt wft nrt wakt anat pett magst",
    765: "chast",
    780: "nzdt phot2 tot tkt fjst petst anast",
    825: "chadt",
    840: "lint",
}
# Abbreviations that are words as well count only in capitals.
WORDS_TOO = frozenset(
    "east west met mut get pet art eat cat bot ct et pt mt bst wit wat chut israel arabia z ret".split()
)
ZONES = {word: minutes for minutes, line in _LINES.items() for word in line.split() if word.isalpha()}
