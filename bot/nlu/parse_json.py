"""Parses as JSON, for `pollux nlu parse --json` and whoever reads it."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.ports import Entity, Nlu, Parse


async def parse_lines(engine: Nlu, lines: Iterable[str], lang: str = "en") -> "list[dict[str, Any]]":
    """A JSON-ready object a line: text, intent, confidence, entities, alternatives of the first request, and
    `more` with the same of each further one."""
    return [_as_json(line, await engine.parse(line, lang)) for line in (raw.rstrip("\r\n") for raw in lines)]


def _as_json(text: str, parses: Sequence[Parse]) -> dict[str, Any]:
    first, *more = [
        {
            "text": p.text,
            "intent": p.intent,
            "confidence": p.confidence,
            "entities": [_entity_json(e) for e in p.entities],
            "alternatives": [{"intent": i, "confidence": c} for i, c in p.alternatives],
        }
        for p in parses
    ]
    return {**first, "text": text} | ({"more": more} if more else {})


def _entity_json(entity: Entity) -> dict[str, Any]:
    plain = {
        "entity": entity.kind,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "value": entity.value,
    }
    return plain | {"score": entity.score} | ({"options": list(entity.options)} if entity.options else {})
