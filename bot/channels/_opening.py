"""Opening the channels: those that are always there, and those that are set up."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any

from fastapi import FastAPI

from bot.forms.desk import FormDesk
from bot.outside.sources import options_of
from bot.ports import Channel, OnMessage
from bot.reach_settings import MailSettings, SmtpSettings
from bot.settings import Settings
from bot.turn import Services
from twin_core.contract import plugins
from twin_core.contract.errors import Rejected


async def open_channels(
    settings: Settings, parts: Mapping[str, Any], api: FastAPI, on_message: OnMessage, stack: AsyncExitStack
) -> list[Channel]:
    """Every channel, listening. `parts`: core, store, bus, clock, services, hear. Raises Rejected."""
    web = settings.web
    options: dict[str, Mapping[str, Any]] = {
        "rest": {"origins": web.origins},
        "webchat": {"origins": web.origins, "store": parts["store"], "clock": parts["clock"]},
        "socketio": {"origins": web.origins, "path": web.socketio_path},
    }
    services: Services = parts["services"]
    known = {"store": parts["store"], "clock": parts["clock"], "identities": services.identities}
    if settings.slack:
        more = {"core": parts["core"], "bus": parts["bus"], "forms": FormDesk(services), "hear": parts["hear"]}
        more["journal"] = settings.data / "slack.journal"
        options["slack"] = {**known, **more, **options_of(settings.slack)}
    if settings.teams:
        more = {"core": parts["core"], "forms": FormDesk(services), "hear": parts["hear"]}
        options["teams"] = {**known, **more, **options_of(settings.teams)}
    if settings.webhook:
        options["webhook"] = {**known, **options_of(settings.webhook)}
    if settings.mail:
        options["mail"] = {**known, **_mail(settings.mail, settings.smtp)}
    mounts = {"socketio": web.socketio_path}
    channels: list[Channel] = []
    for name, chosen in options.items():
        channel: Channel = plugins.build("bot.channels", name, chosen)
        stack.push_async_callback(channel.aclose)
        asgi = await channel.start(on_message)
        if isinstance(asgi, FastAPI):  # its routes stand behind the same door, and in the same OpenAPI
            api.include_router(asgi.router)
        elif asgi is not None:
            api.mount(mounts.get(name, f"/channels/{name}"), asgi)
        channels.append(channel)
    return channels


def _mail(mail: MailSettings, smtp: SmtpSettings | None) -> dict[str, Any]:
    """Raises Rejected where what comes by mail could not be answered."""
    if smtp is None:
        hint = "Add [smtp] with the mail server to pollux.toml, or take [mail] out."
        raise Rejected("[mail] is set up, but no server that takes the answers.", code="bad_settings", hint=hint)
    talked = {"address": mail.address, "people": mail.people, "authserv_ids": mail.authserv_ids}
    return {**talked, "server": options_of(smtp)}
