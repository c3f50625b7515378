"""Modals as Slack hands them back."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from tests.bot.channels.block_kit import check
from tests.bot.channels.slack_recorder import TEAM, Door

_hashes = count(1)


def sent(view: Mapping[str, Any], user: str = "U1", **values: str) -> dict[str, Any]:
    """The form as Slack sends it: what stood in it, and what was filled in; several choices with ", " in between."""
    state = {b["block_id"]: {b["element"]["action_id"]: _filled(b, values)} for b in view["blocks"]}
    kept = {key: view[key] for key in ("type", "callback_id", "private_metadata") if key in view}
    filled = {"id": "V1", "hash": f"{next(_hashes)}.a", **kept, "state": {"values": state}}
    return {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": user}, "view": filled}


async def submit(door: Door, form: Mapping[str, Any]) -> dict[str, Any]:
    """What Slack is told to show of a form that was sent; empty where it closes."""
    answer = await door.interaction(form)
    assert answer.status_code == 200
    shown: dict[str, Any] = answer.json() if answer.content else {}
    if "view" in shown:
        check("views.open", shown)
    if "errors" in shown:
        assert set(shown["errors"]) <= set(form["view"]["state"]["values"])
    return shown


def _filled(block: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    element = block["element"]
    value = values.get(block["block_id"])
    kind = element["type"]
    if kind == "static_select":
        chosen = {"value": value} if value else element.get("initial_option")
        return {"type": kind, "selected_option": chosen}
    if kind == "multi_static_select":
        several = [{"value": each} for each in (value or "").split(", ") if each]
        return {"type": kind, "selected_options": element.get("initial_options", []) if value is None else several}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value}
    given = element.get("initial_value") if value is None else value
    return {"type": kind, "value": given or None}
