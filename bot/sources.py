"""The outside systems that are set up: built by name from the settings, never imported."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.settings import CalendarSettings, Settings, TaskListSettings
from twin_core.contract import plugins
from twin_core.contract.mirroring import Mirror
from twin_core.contract.webhooks import Webhook


def build_mirrors(settings: Settings, around: Mapping[str, Any]) -> list[Mirror]:
    """Every source that is kept in step. `around`: core, store, clock, writers, zone. Raises Rejected."""
    set_up: dict[str, Mapping[str, TaskListSettings | CalendarSettings]] = {
        "connectors.tasks": settings.tasks,
        "connectors.calendars": settings.calendars,
    }
    return [
        plugins.build(package, section.kind or name, {**around, **_options(section), "name": name})
        for package, sections in set_up.items()
        for name, section in sections.items()
    ]


def build_hooks(settings: Settings) -> dict[str, Webhook]:
    """Every inbound webhook by the last part of its address. Raises Rejected."""
    hooks: dict[str, Webhook] = {}
    for name, section in settings.hooks.items():
        hooks[name] = plugins.build("connectors.webhooks", section.kind or name, {**_options(section), "name": name})
    return hooks


def _options(section: BaseModel) -> dict[str, Any]:
    """What was set, secrets in the clear."""
    return {name: _plain(value) for name, value in section if name != "kind" and name in section.model_fields_set}


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return tuple(_plain(each) for each in value) if isinstance(value, tuple) else value
