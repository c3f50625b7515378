"""A small house that speaks the contract and understands a dozen commands: what the runner itself is tested on."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter, FastAPI, HTTPException

Item = dict[str, Any]
RISKY = {("locked", False)}


class StandIn:
    """Does at once, and literally, what it is told; `app` is its HTTP face, `publish` its broker."""

    def __init__(self, clock: datetime, without: str = "") -> None:
        self.now = clock
        self.twins: dict[str, Item] = {}
        self.values: dict[str, dict[str, Item]] = {}
        self.concerns: dict[str, Item] = {}
        self.rows: dict[str, list[Item]] = {kind: [] for kind in ("tasks", "agenda", "reminders", "nudges")}
        self.approvals: list[Item] = []
        self.candidates: list[Item] = []
        self.pressed: dict[str, str] = {}
        self.app = self._routes(without)

    async def publish(self, topic: str, payload: bytes) -> None:
        """An announcement makes a candidate; telemetry of a twin is its report."""
        message, words = json.loads(payload), topic.split("/")
        if words[0] == "homeassistant":
            self.candidates.append({"id": f"mqtt:{words[2]}", "name": message["name"], "type": words[1]})
        elif words[2] == "telemetry":
            for name, value in message.items():
                self._report(words[1], name, value)

    def _routes(self, without: str) -> FastAPI:
        router = APIRouter(prefix="/api/v1")
        router.post("/chat")(self._chat)
        router.post("/clock")(self._advance)
        router.get("/twins")(self._of_status)
        router.post("/twins")(self._create)
        router.get("/twins/{twin}/state")(self._state)
        router.put("/twins/{twin}/desired")(self._want)
        router.post("/telemetry")(self._telemetry)
        router.get("/critical")(self._critical)
        router.post("/concerns/{concern}/{how}")(self._settle)
        router.get("/approvals")(_answering(self.approvals))
        router.post("/approvals/{approval}/approve")(self._approve)
        router.get("/candidates")(_answering(self.candidates))
        for kind, rows in self.rows.items():
            router.get(f"/{kind}")(_answering(rows))
        router.post("/tasks")(self._add_task)
        router.post("/events")(self._add_event)
        router.routes = [route for route in router.routes if not without or without not in getattr(route, "path", "")]
        app = FastAPI()
        app.include_router(router)
        return app

    def _chat(self, body: Item) -> Item:
        text = body.get("text") or self.pressed.get(body["action"])
        if text is None:
            raise HTTPException(404, "no such button")
        verb, _, rest = text.partition(" ")
        reply: Item = {"text": f"{verb} {rest}", "buttons": []}
        match verb:
            case "set":
                name, values = rest.split(":", 1)
                if self._want(self._id(name), {"values": json.loads(values)})["approval"]:
                    reply["text"] = f"Really, {name}?"
            case "create" | "draft":
                kind, name = rest.split(" ", 1)
                self._create({"type": kind, "name": name, "status": "draft" if verb == "draft" else "active"})
            case "move":
                name, place = rest.split(" to ")
                self.twins[self._id(name)]["place"] = place
            case "erase":
                del self.twins[self._id(rest)]
            case "task":
                self._add_task({"title": rest})
            case "event":
                self._add_event({"title": rest, "start": self.now.isoformat()})
            case "remind":
                self._add("reminders", {"about": rest, "at": (self.now + timedelta(hours=1)).isoformat()})
            case "offer":
                reply["text"], titles = rest.split(": ")
                self.pressed = {f"b{n}": f"say {title}" for n, title in enumerate(titles.split(", "))}
                reply["buttons"] = [{"id": id, "title": told.removeprefix("say ")} for id, told in self.pressed.items()]
        return {"turn": "t", "intent": verb, "confidence": 1.0, "entities": [], "replies": [reply]}

    def _advance(self, body: Item) -> Item:
        self.now += timedelta(seconds=body["advance_s"])
        for reminder in self.rows["reminders"]:
            if reminder["at"] and datetime.fromisoformat(reminder["at"]) <= self.now:
                reminder["at"] = None
                self.pressed["snooze"] = f"remind {reminder['about']}"
                button = {"id": "snooze", "title": "Snooze"}
                self._add("nudges", {"reply": {"text": reminder["about"], "buttons": [button]}})
        return {"now": self.now.isoformat()}

    def _create(self, body: Item) -> Item:
        id = f"{body['type']}.{body['name'].replace(' ', '_')}"
        self.twins[id] = {"id": id, "place": None, "status": "active", "config": {}, **body}
        self.values[id] = {"reported": {}, "desired": {}}
        return self.twins[id]

    def _state(self, twin: str) -> Item:
        return self.values[twin]

    def _want(self, twin: str, body: Item) -> Item:
        values = body["values"]
        if any(pair in RISKY for pair in values.items()):
            number = str(len(self.approvals))
            asked = {"id": number, "twin": twin, "status": "waiting", "requested_at": number, "values": values}
            self.approvals.append(asked)
            return {"approval": asked}
        self.values[twin]["desired"].update({name: {"value": value} for name, value in values.items()})
        return {"approval": None}

    def _approve(self, approval: int) -> None:
        self.approvals[approval]["status"] = "approved"
        twin, values = self.approvals[approval]["twin"], self.approvals[approval]["values"]
        self.values[twin]["desired"].update({name: {"value": value} for name, value in values.items()})

    def _telemetry(self, body: list[Item]) -> Item:
        errors = [{"row": n, "message": "no such twin"} for n, row in enumerate(body) if not self._id(row["twin"])]
        for row in body:
            if twin := self._id(row["twin"]):
                self._report(twin, row["property"], row["value"])
        return {"accepted": len(body) - len(errors), "errors": errors}

    def _report(self, twin: str, name: str, value: Any) -> None:
        self.values[twin]["reported"][name] = {"value": value}
        if name == "temperature" and value > -15:
            why = f"It is −{abs(value)} °C with its door open."
            self.concerns[twin] = {
                "id": f"c-{twin}",
                "twin": twin,
                "severity": "critical",
                "value": value,
                "why": [why],
            }
            self.concerns[twin]["title"] = "Too warm"

    def _critical(self) -> Item:
        late = [
            {"id": t["title"], "twin": None, "severity": "warning", "title": t["title"], "why": ["It is late."]}
            for t in self.rows["tasks"]
            if not t["done"]
        ]
        ranked = sorted(self.concerns.values(), key=lambda concern: -float(concern["value"])) + late
        return {"items": [{**item, "rank": n} for n, item in enumerate(ranked, 1)]}

    def _settle(self, concern: str, how: str) -> None:
        if how == "snooze":
            del self.concerns[concern.removeprefix("c-")]
        else:
            self.concerns[concern.removeprefix("c-")]["severity"] = "info"

    def _of_status(self, status: str | None = None) -> Item:
        archived = status == "archived"
        return {"items": [t for t in self.twins.values() if (t["status"] == "archived") == archived], "cursor": None}

    def _add_task(self, body: Item) -> Item:
        return self._add("tasks", {"done": False, "due": None, **body})

    def _add_event(self, body: Item) -> Item:
        return self._add("agenda", body)

    def _id(self, name: str) -> str:
        return next((id for id, twin in self.twins.items() if twin["name"] == name), "")

    def _add(self, kind: str, row: Item) -> Item:
        self.rows[kind].append({**row, "id": f"{kind}{len(self.rows[kind])}"})
        return row


def _answering(rows: list[Item]) -> Callable[[], Item]:
    return lambda: {"items": rows}
