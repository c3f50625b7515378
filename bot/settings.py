"""The settings of Pollux: the only file that reads the environment and pollux.toml."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from bot.reach_settings import (
    ContactSettings,
    MailSettings,
    NotifySettings,
    PushSettings,
    SlackSettings,
    SmtpSettings,
    TeamsSettings,
    VoiceSettings,
    WebhookSettings,
    WyomingSettings,
)
from twin_core.contract.errors import Rejected

PREFIX = "POLLUX_"
# Read by the tests and by make, not by the program.
NOT_OURS = {"POLLUX_REQUIRE_SERVICES", "POLLUX_SETTINGS"}
_LISTS = {"origins", "secrets", "emails", "calendars", "hosts", "authserv_ids"}  # separated by commas


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MqttSettings(_Section):
    """The broker. Without `host`, Pollux runs its own on `port`."""

    host: str | None = None
    port: int = Field(default=1883, ge=0, le=65535)
    username: str | None = None
    password: SecretStr | None = None
    tls: bool = False
    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    insecure: bool = False
    protocol: Literal["auto", "5", "3.1.1"] = "auto"
    discovery_prefix: str = "homeassistant"
    anonymous: bool = Field(
        default=True, description="own broker, which only this machine reaches: devices need no password"
    )


class WebSettings(_Section):
    """The web chat."""

    origins: tuple[str, ...] = Field(default=(), description="other sites that may embed the chat")
    max_body_bytes: int = Field(default=1_000_000, ge=1000)
    socketio_path: str = Field(
        default="/socket.io", pattern=r"^(/[\w.-]+)+$", description="where widgets made for Rasa connect"
    )


class TaskListSettings(_Section):
    """One task list elsewhere; its key is the name of the source."""

    kind: str | None = Field(
        default=None, description="github, gitlab, jira, todoist, asana, caldav; by default the key"
    )
    title: str = ""
    owner: str = "owner"
    url: str = ""
    token: SecretStr | None = None
    poll_s: float = Field(default=60.0, ge=10, le=86_400)
    private: bool = Field(default=False, description="it stands in a private network")
    repository: str = Field(default="", description="GitHub: owner/name, for new tasks")
    project: str = Field(default="", description="GitLab, Jira: for new tasks")
    user: str = Field(default="", description="Jira Cloud: the e-mail address of the account; CalDAV: its user")
    password: SecretStr | None = Field(default=None, description="CalDAV")
    hosts: tuple[str, ...] = Field(default=(), description="CalDAV: where else the server may send us")
    lists: tuple[str, ...] = Field(default=(), description="CalDAV: titles of the lists that are wanted")
    workspace: str = Field(default="", description="Asana: its gid")


class CalendarSettings(_Section):
    """One account with calendars elsewhere; its key is the name of the source."""

    kind: str | None = Field(default=None, description="ics, caldav, google, microsoft; by default the key")
    title: str = ""
    owner: str = "owner"
    file: Path | None = Field(default=None, description="ics: a file on this machine")
    url: str = Field(default="", description="ics: its address; caldav: the server, or one calendar")
    user: str = ""
    password: SecretStr | None = None
    client_id: str = Field(default="", description="google, microsoft: of the application that was registered there")
    client_secret: SecretStr | None = None
    refresh_token: SecretStr | None = Field(default=None, description="where it does not come from `pollux connect`")
    calendars: tuple[str, ...] = Field(default=(), description="their titles; by default all")
    emails: tuple[str, ...] = Field(default=(), description="the owner's: what they declined takes none of their time")
    push_url: str = Field(default="", description="google, microsoft: where they reach this house, to tell of news")
    hosts: tuple[str, ...] = Field(default=(), description="caldav: where else it may send us, such as *.icloud.com")
    poll_s: float = Field(default=60.0, ge=10, le=86_400)
    private: bool = Field(default=False, description="it stands in a private network")


class HookSettings(_Section):
    """One inbound webhook; its key is the last part of its address."""

    kind: str | None = Field(default=None, description="github, gitlab, jira, generic; by default the key")
    secrets: tuple[SecretStr, ...] = Field(description="any of them counts, so that they can be changed in turn")
    owner: str = "owner"
    people: dict[str, str] = Field(default={}, description="logins or e-mail addresses there, and whom they are here")
    mapping: dict[str, str] = Field(default={}, description="generic: where in the document things stand")


class RasaSettings(_Section):
    """The Rasa server that understands when `nlu` is "rasa"."""

    url: str = Field(default="http://127.0.0.1:5005", pattern="^https?://")
    token: SecretStr | None = None
    timeout_s: float = Field(default=2.0, gt=0, le=60, description="after which the embedded engine answers instead")


class Settings(_Section):
    """Everything that can be set. Names are pollux.toml keys; POLLUX_MQTT__HOST sets mqtt.host."""

    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data: Path = Path("pollux-data")
    database: SecretStr | None = Field(default=None, description="SQLAlchemy URL; by default SQLite in the data folder")
    timezone: str = Field(default="", description="IANA name; by default the machine's own")
    log_level: Literal["debug", "info", "warning", "error"] = "warning"
    log_json: bool = True
    nlu: Literal["embedded", "rasa"] = Field(default="embedded", description="the engine that understands")
    nlu_data: Path | None = None
    cache: Path | None = Field(default=None, description="trained models; by default the user's cache folder")
    mqtt: MqttSettings = MqttSettings()
    web: WebSettings = WebSettings()
    voice: VoiceSettings = VoiceSettings()
    wyoming: WyomingSettings | None = None
    tasks: dict[str, TaskListSettings] = {}
    calendars: dict[str, CalendarSettings] = {}
    hooks: dict[str, HookSettings] = {}
    rasa: RasaSettings = RasaSettings()
    contact: ContactSettings | None = None
    slack: SlackSettings | None = None
    teams: TeamsSettings | None = None
    webhook: WebhookSettings | None = None
    smtp: SmtpSettings | None = None
    mail: MailSettings | None = None
    push: PushSettings = PushSettings()
    notify: dict[str, NotifySettings] = {}

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name and name not in available_timezones():
            near = difflib.get_close_matches(name, available_timezones(), 1)
            raise ValueError(f"{name!r} is no time zone" + (f"; did you mean {near[0]!r}?" if near else ""))
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which times are said and understood."""
        return ZoneInfo(self.timezone or _machine_zone())

    @property
    def nlu_folder(self) -> Path:
        """The training data: as set, else what Pollux was installed with."""
        return self.nlu_data or Path(__file__).resolve().parent.parent / "nlu_data"

    @property
    def taught_folder(self) -> Path:
        """What people taught this house, as training data of its own; absent until they did."""
        return self.data / "nlu"

    @property
    def nlu_cache(self) -> Path:
        """Where the trained model is kept: of a house that was taught something, its own."""
        own = self.nlu_data is None and self.taught_folder.is_dir()
        return self.taught_folder / "model" if own else self.cache_folder / "nlu"

    @property
    def cache_folder(self) -> Path:
        """Where trained models are kept: shared by all data folders, made anew whenever it is lost."""
        return self.cache or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pollux"

    @property
    def database_url(self) -> str:
        """The SQLAlchemy URL of the store."""
        if self.database:
            return self.database.get_secret_value()
        return f"sqlite:///{(self.data / 'pollux.db').resolve()}"


def load_settings(
    overrides: Mapping[str, Any] | None = None,
    *,
    file: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from pollux.toml, then POLLUX_* variables, then overrides (None values are skipped).

    Raises Rejected: unknown keys name the nearest known one, wrong values say what is allowed.
    """
    environ = os.environ if environ is None else environ
    values = _from_file(file or Path(environ.get("POLLUX_SETTINGS", "pollux.toml")))
    _merge(values, _from_environment(environ))
    _merge(values, {k: v for k, v in (overrides or {}).items() if v is not None})
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise _explained(error) from None


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Rejected(
            f"{path} cannot be read: {error}.", code="bad_settings", hint="Mend that line, or move the file away."
        ) from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX) or name in NOT_OURS:
            continue
        node = values
        *sections, key = name[len(PREFIX) :].lower().split("__")
        for section in sections:
            node = node.setdefault(section, {})
            if not isinstance(node, dict):
                raise Rejected(f"{name} sets a part of what is set as a whole elsewhere.", code="bad_settings")
        node[key] = text.split(",") if key in _LISTS else text
    return values


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for key, value in other.items():
        if isinstance(value, Mapping) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        else:
            into[key] = dict(value) if isinstance(value, Mapping) else value


def _within(section: Any, name: str) -> Any:
    """What stands under this name; of a section that may be missing, the section."""
    kind = get_args(section)[1] if get_origin(section) is dict else section.model_fields[name].annotation
    return next(
        (each for each in get_args(kind) if hasattr(each, "model_fields") and get_origin(kind) is not dict), kind
    )


def _explained(error: ValidationError) -> Rejected:
    fault = error.errors(include_input=False, include_url=False)[0]
    path = [str(part) for part in fault["loc"]]
    where = ".".join(path)
    if fault["type"] != "extra_forbidden":
        return Rejected(
            f"The setting {where} is not right: {fault['msg']}.",
            code="bad_settings",
            hint=f"It stands in pollux.toml or in {PREFIX}{'__'.join(path).upper()}.",
        )
    section: Any = Settings
    for part in path[:-1]:
        section = _within(section, part)
    near = difflib.get_close_matches(path[-1], section.model_fields, 1, cutoff=0.4)
    known = ", ".join(sorted(section.model_fields))
    return Rejected(
        f"There is no setting called {where}.",
        code="unknown_setting",
        hint=f"Did you mean {'.'.join([*path[:-1], near[0]])}?" if near else f"Known here: {known}.",
    )


def _machine_zone() -> str:
    named = os.environ.get("TZ", "").lstrip(":")
    if named in available_timezones():
        return named
    try:
        link = str(Path("/etc/localtime").resolve())
    except OSError:
        return "UTC"
    zone = link.split("zoneinfo/")[-1]
    return zone if zone in available_timezones() else "UTC"


def under_ci() -> bool:
    """Whether nobody is watching: progress is then printed line by line."""
    return bool(os.environ.get("CI"))
