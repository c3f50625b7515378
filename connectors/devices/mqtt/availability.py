"""Whether an entity is reachable, as its announcement says how to tell."""

from collections.abc import Callable, Mapping
from typing import Any

from connectors.devices.mqtt.diagnostics import Malformed
from connectors.devices.mqtt.entity import check_topic
from connectors.devices.mqtt.payloads import Message
from connectors.devices.mqtt.templates import Nothing, ValueTemplate


class Availability:
    """One topic or several, combined by `availability_mode`: all, any or latest."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        """Raises Malformed."""
        self._mode = config.get("availability_mode", "latest")
        if self._mode not in ("all", "any", "latest"):
            raise Malformed("bad_announcement", f"availability_mode {str(self._mode)[:40]!r}")
        self._raw = config.get("encoding") == ""
        self._readers: dict[str, Callable[[Message], bool | None]] = {}
        self._told: dict[str, bool] = {}
        self._latest: bool | None = None
        for item in _topics(config):
            self._readers[check_topic(item.get("topic"), "availability topic")] = self._reader(item)

    @property
    def topics(self) -> tuple[str, ...]:
        return tuple(self._readers)

    def read(self, message: Message) -> None:
        """Takes in one message. Raises Malformed."""
        try:
            told = self._readers[message.topic](message)
        except Nothing:
            return
        if told is not None:
            self._told[message.topic] = self._latest = told

    @property
    def available(self) -> bool | None:
        """None while it is not known."""
        if self._mode == "latest" or not self._told:
            return self._latest
        if self._mode == "any":
            return any(self._told.values()) or (False if len(self._told) == len(self._readers) else None)
        if not all(self._told.values()):
            return False
        return True if len(self._told) == len(self._readers) else None

    def _reader(self, item: Mapping[str, Any]) -> Callable[[Message], bool | None]:
        words = {
            str(item.get("payload_not_available", "offline")): False,
            str(item.get("payload_available", "online")): True,
        }
        source = item.get("value_template")
        if source is None:
            return lambda message: words.get(message.text)
        if not isinstance(source, str):
            raise Malformed("bad_announcement", "the availability template is no text")
        template = ValueTemplate(source)
        render = template.of_bytes if self._raw else template
        return lambda message: words.get(render(message))


def _topics(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = config.get("availability")
    if listed is not None:
        if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed) or len(listed) > 50:
            raise Malformed("bad_announcement", "availability is no list of topics")
        return listed
    if config.get("availability_topic"):
        return [
            {**config, "topic": config["availability_topic"], "value_template": config.get("availability_template")}
        ]
    return []
