"""The outside systems that are set up: built by name from the settings, never imported."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.settings import CalendarSettings, Settings
from twin_core.contract import plugins
from twin_core.contract.mirroring import Mirror
from twin_core.contract.webhooks import Webhook


def build_mirrors(settings: Settings, around: Mapping[str, Any]) -> list[Mirror]:
    """Every source that is kept in step. `around`: core, store, clock, writers, zone. Raises Rejected."""
    mirrors: list[Mirror] = [
        plugins.build("connectors.tasks", section.kind or name, {**around, **_options(section), "name": name})
        for name, section in settings.tasks.items()
    ]
    for name, section in settings.calendars.items():
        options = calendar_options(settings, name, section)
        mirrors.append(plugins.build("connectors.calendars", section.kind or name, {**around, **options}))
    return mirrors


def calendar_options(settings: Settings, name: str, section: CalendarSettings) -> dict[str, Any]:
    """What was set for one account, and where what was granted for it is kept."""
    granted = {"keep": settings.data / "credentials"} if section.client_id else {}
    return {**_options(section), **granted, "name": name}


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
