"""The sections of pollux.toml that say how people are reached, and how they reach us."""

import ssl
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SlackSettings(_Section):
    """Slack: see docs/slack.md. With `signing_secret` events come over HTTP, with `app_token` over Socket Mode."""

    bot_token: SecretStr | None = Field(default=None, description="xoxb-…, of the one workspace that Pollux is in")
    signing_secret: SecretStr | None = None
    app_token: SecretStr | None = Field(default=None, description="xapp-…")
    client_id: str = Field(default="", description="for several workspaces, that add Pollux by themselves")
    client_secret: SecretStr | None = None
    url: str = Field(default="", description="of this house, as it is reached from outside: for adding Pollux")
    read_channels: bool = Field(default=False, description="asks for channels:history and groups:history when added")
    people: dict[str, str] = Field(default={}, description="Slack user ids, and whom they are here, without linking")


class TeamsSettings(_Section):
    """Microsoft Teams: see docs/teams.md."""

    client_id: str = Field(description="Application (client) ID of the bot's registration")
    client_secret: SecretStr
    tenants: tuple[str, ...] = Field(min_length=1, description="the organisations that are let in")
    app_tenant: str = Field(default="", description="where the bot is registered; by default the first of tenants")
    people: dict[str, str] = Field(default={}, description="Entra object ids, and whom they are here, without linking")


class WebhookSettings(_Section):
    """Any other chat system, by signed posts in both directions: see docs/channels.md."""

    secret: SecretStr = Field(description="of both sides; 32 bytes or more")
    url: SecretStr = Field(description="takes what is answered, as a POST of JSON")
    people: dict[str, str] = Field(default={}, description="users of that system, and whom they are here")


VOICE_SERVERS = ("openai", "wyoming")  # engines that are servers, each called by its protocol


class VoiceSettings(_Section):
    """How Pollux hears and speaks: see docs/voice.md."""

    recognizer: str | None = Field(
        default=None,
        description="moonshine, sphinx, whisper, vosk, openai or wyoming; by default the best one of the first two",
    )
    model: Path | None = Field(default=None, description="folder of a Whisper or Vosk model of yours")
    weights: Path | None = Field(default=None, description="folder of another Moonshine model; see docs/voice.md")
    synthesizer: str = Field(default="espeak", description="espeak, piper, openai or wyoming")
    server: str = Field(
        default="",
        description="https://HOST/v1 for openai, tcp://HOST:PORT for wyoming: what is said, or to be said, goes there",
    )
    synthesizer_server: str = Field(default="", description="where another one speaks than hears")
    server_key: SecretStr | None = None
    recognizer_model: str = Field(default="whisper-1", description="as the server calls it")
    synthesizer_model: str = Field(default="tts-1", description="as the server calls it")
    voice: str = Field(
        default="en-us", description="of the synthesizer; `espeak-ng --voices` lists them, of Piper a file"
    )
    rate: int = Field(default=165, ge=80, le=450, description="words a minute")
    shared: bool = Field(default=False, description="anybody may speak, and others hear the answer: nothing personal")
    microphone: str = Field(default="", description="words of the device's name; by default the system's own choice")
    loudspeaker: str = Field(default="", description="words of the device's name; by default the system's own choice")
    barge_in: bool = Field(default=True, description="whoever speaks breaks off what is being said")

    @property
    def server_that_speaks(self) -> str:
        return self.synthesizer_server or self.server

    @property
    def elsewhere(self) -> str:
        """The servers that hear or speak, by their hosts; empty where all is done on this machine."""
        used = ((self.recognizer, self.server), (self.synthesizer, self.server_that_speaks))
        hosts = (urlsplit(url).hostname or "" for engine, url in used if engine in VOICE_SERVERS)
        return " and ".join(dict.fromkeys(filter(None, hosts)))


class WyomingSettings(_Section):
    """Voice satellites and Home Assistant, by the Wyoming protocol: see docs/voice.md. It knows no passwords."""

    host: str = "127.0.0.1"
    port: int = Field(default=10300, ge=0, le=65535)
    user: str = Field(default="owner", description="in whose name satellites ask; nothing personal is told to them")


class _Server(_Section):
    """A mail server, and how far it is trusted."""

    host: str = Field(min_length=1)
    ca: Path | None = Field(default=None, description="PEM file of who signs its certificate, where that is not public")

    @field_validator("ca")
    @classmethod
    def _certificates(cls, ca: Path | None) -> Path | None:
        try:
            ssl.create_default_context(cafile=ca)
        except (OSError, ssl.SSLError) as error:
            raise ValueError(f"{ca} holds no certificates in PEM: {error}") from None
        return ca


class SmtpSettings(_Server):
    """The mail server that messages are handed to."""

    port: int = Field(default=587, ge=1, le=65535)
    username: str | None = None
    password: SecretStr | None = None
    sender: str = Field(default="", description="the address it comes from; by default the user name")
    tls: Literal["auto", "always", "never", "implicit"] = "auto"


class ImapSettings(_Server):
    """A mailbox of Pollux's own on a mail server: its unread mails are taken, and marked as read."""

    port: int = Field(default=993, ge=1, le=65535)
    username: str
    password: SecretStr
    tls: Literal["implicit", "starttls", "never"] = "implicit"
    folder: str = Field(default="INBOX", pattern=r"^[^\x00-\x1f]+$")
    poll_s: float = Field(default=30.0, ge=1, le=86_400, description="how often it is looked into")


class MailSettings(_Section):
    """Talking by mail: the address that it comes to, and where this house takes it: by SMTP, or from a mailbox."""

    address: str = Field(
        pattern=r"^[^@\s+]+@[^@\s]+$", description="its mail, and that of address+anything, is handed to this house"
    )
    host: str = Field(default="127.0.0.1", description="where the mail server in front hands it over, by SMTP")
    port: int = Field(default=2525, ge=0, le=65535)
    imap: ImapSettings | None = Field(
        default=None, description="the mailbox; without `port` it takes the place of SMTP"
    )
    authserv_ids: tuple[str, ...] = Field(
        default=(), description="the mail servers in front, as they call themselves in Authentication-Results"
    )
    people: dict[str, str] = Field(default={}, description="addresses, and whose they are here, without linking")


class PushSettings(_Section):
    """Messages in the browser while the page is closed. They need no setting up, only a page over HTTPS."""

    contact: str = Field(
        default="mailto:pollux@pollux.invalid",
        pattern=r"^(mailto:[^@\s]+@[^@\s]+|https://\S+)$",
        description="where a push service asks if something is wrong; Apple's takes no made-up one",
    )
    private: bool = Field(default=False, description="a push service may stand in a private network")


class ContactSettings(_Section):
    """The person who helps when a bot cannot: by e-mail, which needs [smtp], or by a webhook."""

    name: str = Field(min_length=1, max_length=100)
    email: str = ""
    webhook: SecretStr | None = Field(default=None, description="an address that takes a POST of JSON")


class NotifySettings(_Section):
    """One way out to one person. Those of a person are tried in the order in which they stand here."""

    kind: str | None = Field(default=None, description="apprise, smtp, webhook; by default the key")
    person: str = Field(default="owner", description="whom it reaches")
    title: str = Field(default="", max_length=60, description="what it is called; by default where it goes")
    url: SecretStr | None = Field(default=None, description="apprise: its URL; webhook: an address that takes a POST")
    to: str = Field(default="", description="smtp: the person's e-mail address; it goes through [smtp]")
