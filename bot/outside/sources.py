"""The outside systems that are set up: built by name from the settings, never imported."""

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from pydantic import BaseModel, SecretStr

from bot.mail.letters import LetterBook
from bot.mail.way import MailWay
from bot.outside.contact import Contact
from bot.reach_settings import NotifySettings, SmtpSettings
from bot.replies.phrases import capital
from bot.settings import CalendarSettings, Settings, TaskListSettings
from bot.ways.way import NotifierWay, Way
from twin_core.contract import plugins
from twin_core.contract.clock import Clock
from twin_core.contract.errors import NotFound, PolluxError, Rejected
from twin_core.contract.mirroring import Mirror
from twin_core.contract.notifying import Notifier
from twin_core.contract.webhooks import Webhook


def build_mirrors(settings: Settings, around: Mapping[str, Any]) -> list[Mirror]:
    """Every source that is kept in step. `around`: core, store, clock, writers, zone. Raises Rejected."""
    mirrors: list[Mirror] = [
        plugins.build("connectors.tasks", section.kind or name, {**around, **_named(section, name)})
        for name, section in settings.tasks.items()
    ]
    for name, section in settings.calendars.items():
        options = _calendar(settings, name, section)
        mirrors.append(plugins.build("connectors.calendars", section.kind or name, {**around, **options}))
    return mirrors


async def connect_calendar(settings: Settings, name: str, tell: Callable[[str], None]) -> None:
    """Lets a person grant access to an account; `tell` says what they have to do. Raises PolluxError."""
    if (section := settings.calendars.get(name)) is None:
        known = ", ".join(settings.calendars) or "none"
        hint = f"Set it up in pollux.toml first; known: {known}."
        raise NotFound(f"There is no calendar called {name!r}.", code="unknown_source", hint=hint)
    plugin = plugins.load("connectors.calendars", section.kind or name)
    if not hasattr(plugin, "connect"):
        hint = "Set user and password, where it needs some."
        raise Rejected(f"{name} is not connected like that.", code="not_granted", hint=hint)
    await plugin.connect(_calendar(settings, name, section), tell)


def build_hooks(settings: Settings) -> dict[str, Webhook]:
    """Every inbound webhook by the last part of its address. Raises Rejected."""
    hooks: dict[str, Webhook] = {}
    for name, section in settings.hooks.items():
        hooks[name] = plugins.build("connectors.webhooks", section.kind or name, {**options_of(section), "name": name})
    return hooks


def _calendar(settings: Settings, name: str, section: CalendarSettings) -> dict[str, Any]:
    """What was set for an account, and where what was granted for it is kept."""
    granted = {"keep": settings.data / "credentials"} if section.client_id else {}
    return {**_named(section, name), **granted}


def _named(section: CalendarSettings | TaskListSettings, name: str) -> dict[str, Any]:
    """What was set; a section that is not called like its system gives the account its name, so that two differ."""
    own = {"title": capital(name.replace("_", " "))} if section.kind not in (None, "", name) else {}
    return {**own, **options_of(section), "name": name}


def build_contact(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Contact | None:
    """The person who helps, and the way there; None where nobody is set up. Raises Rejected for half of it."""
    contact, smtp = settings.contact, settings.smtp
    if contact is None:
        return None
    if contact.webhook:
        name, options = "webhook", {"url": contact.webhook.get_secret_value(), "clock": clock}
    elif contact.email and smtp:
        name, options = "smtp", {"to": contact.email, **options_of(smtp)}
    else:
        missing = "[smtp] with the mail server" if contact.email else "email or webhook"
        raise Rejected(
            f"[contact] names {contact.name}, but not how to reach them.",
            code="bad_settings",
            hint=f"Add {missing} to pollux.toml, or take [contact] out.",
        )
    notifier: Notifier = plugins.build("connectors.notifications", name, options)
    stack.push_async_callback(notifier.aclose)
    return Contact(contact.name, notifier)


def build_ways(settings: Settings, clock: Clock, stack: AsyncExitStack, letters: LetterBook | None = None) -> list[Way]:
    """The ways out of [notify], in the order of the file. Raises Rejected for what cannot work, naming it."""
    ways: list[Way] = []
    for name, section in settings.notify.items():
        kind = section.kind or name
        try:
            notifier = _notifier(kind, section, settings.smtp, clock)
        except PolluxError as error:
            raise Rejected(f"[notify.{name}]: {error.message}", code=error.code, hint=error.hint) from None
        stack.push_async_callback(notifier.aclose)
        way = NotifierWay(name, section.person, notifier, section.title)
        ways.append(MailWay(way, letters) if letters and kind == "smtp" else way)
    return ways


def _notifier(kind: str, section: NotifySettings, smtp: SmtpSettings | None, clock: Clock) -> Notifier:
    """Raises Rejected."""
    options: dict[str, Any] = {"clock": clock}
    if kind == "smtp":
        if smtp is None or "@" not in section.to:
            missing = "[smtp] with the mail server" if section.to else "`to` with an e-mail address"
            raise Rejected("There is no way to send mail.", code="bad_settings", hint=f"Add {missing} to pollux.toml.")
        options = {"to": section.to, **options_of(smtp)}
    elif section.url is None:
        raise Rejected("It has no url.", code="bad_settings", hint="Add `url` to it in pollux.toml.")
    else:
        options["url"] = section.url.get_secret_value()
    notifier: Notifier = plugins.build("connectors.notifications", kind, options)
    return notifier


def options_of(section: BaseModel) -> dict[str, Any]:
    """What was set, secrets in the clear."""
    return {name: _plain(value) for name, value in section if name != "kind" and name in section.model_fields_set}


def _plain(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return tuple(_plain(each) for each in value) if isinstance(value, tuple) else value
