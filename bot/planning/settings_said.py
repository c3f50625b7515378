"""Which of a person's own settings a sentence changes, as the config of their twin keeps it. Pure."""

import re
from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from interview.choices import choices_said
from interview.hours import read_hours
from twin_core.contract.template import Question

_DAY = r"(mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|satur|sat|sun)(?:day)?s?"
_DAYS = re.compile(rf"\b{_DAY}\b(?:\s*(?:-|–|to|till|until|through)\s*{_DAY}\b)?", re.IGNORECASE)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "half": 0.5}
_FOCUS = re.compile(
    rf"\b(\d{{1,2}}(?:\.\d)?|{'|'.join(_NUMBERS)})\s*(?:an\s+)?hours?\b.*"
    r"\b(?:focus|concentrat\w*|deep work|uninterrupted)",
    re.IGNORECASE,
)
_MATTERS = re.compile(
    r"\bnothing matters more(?: (?:to|for) me)?(?: than)?\b"
    r"|\bmatters? more(?: (?:to|for) me)? than (?:anything|everything|all)(?: else)?\b"
    r"|\b(?:rank|put)\b(?=.*\b(?:higher|first|on top)\b)"
    r"|\b(?:what )?(?:really )?matters?(?: the)? most(?: (?:to|for) me)?\b"
    r"|\b(?:most important|important above all)(?: things?)?(?: (?:to|for) me)?\b"
    r"|\bmy (?:(?:top|main|first) )?priorit(?:y|ies)\b|\b(?:i|we) care(?: the)? most about\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"^[\s,:]*(?:(?:is|are|be|shall be|should be|now|to me)\b[\s,:]*)+|\b(?:is|are|now)\s*[.!]*$", re.IGNORECASE
)
_USUAL = "09:00-17:00"
_WORK_WEEK = ("mon", "tue", "wed", "thu", "fri")
_DOES_NOT = re.compile(r"\b(?:don'?t|do not|never|not|no longer)\s+(?:\w+\s+)?work", re.IGNORECASE)
_WORKS = re.compile(r"\b(?:work|working|office|business)\b", re.IGNORECASE)


def settings_said(text: str, questions: Mapping[str, Question]) -> dict[str, Any]:
    """Config by key; empty where nothing of it is said. `questions`: what a person is asked, by slot."""
    found: dict[str, Any] = {}
    if (question := questions.get("matters_most")) and (topics := _matters(text, question)) is not None:
        found["matters_most"] = topics
    if re.search(r"\btime ?zone\b", text, re.IGNORECASE) and (zone := zone_said(text)):
        found["timezone"] = zone
    if focus := _FOCUS.search(text):
        said = focus[1].lower()
        found["focus_hours"] = _NUMBERS.get(said) or float(said)
    if not _WORKS.search(text):
        return found
    if hours := read_hours(text, _USUAL):
        found["working_hours"] = hours
    if days := [match for match in _DAYS.finditer(text) if match[1]]:
        said = ["-".join(day[:3].lower() for day in match.groups() if day) for match in days]
        free = _DOES_NOT.search(text) and not any("-" in day for day in said)
        found["work_days"] = ",".join([day for day in _WORK_WEEK if day not in said] if free else said)
    return found


def _matters(text: str, question: Question) -> list[str] | None:
    """What is said to matter most; none of it is a decision, too."""
    if not _MATTERS.search(text):
        return None
    return choices_said(question, _BETWEEN.sub("", _MATTERS.sub(" ", text)).strip())


def zone_said(text: str) -> str | None:
    """An IANA zone by its name, or by its city where only one zone is called so."""
    known = available_timezones()
    by_name = {name.casefold(): name for name in known}
    for word in re.findall(r"[A-Za-z_]+(?:/[A-Za-z_+\-0-9]+)+|\bUTC\b", text):
        if word.casefold() in by_name:
            return by_name[word.casefold()]
    said = text.casefold()
    cities: dict[str, set[str]] = {}
    for name in known:
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/", "US/")):
            city = name.rsplit("/", 1)[1].replace("_", " ").casefold()
            if re.search(rf"\b{re.escape(city)}\b", said):
                cities.setdefault(city, set()).add(name)
    if not cities:
        return None
    found = cities[max(cities, key=len)]
    return found.pop() if len(found) == 1 else None
