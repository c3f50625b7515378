"""What a case file may hold (CONTRACT.md, "Acceptance cases"): every key, and nothing else."""

from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Scalar = bool | int | float | str
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Values = dict[Text, Scalar]
Severity = Literal["info", "warning", "critical"]
Level = Literal["low", "normal", "high"]


class Part(BaseModel):
    """Refuses keys that it does not know and values of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Telemetry(Part):
    """Readings of one property; times are instants or minutes, which count back from the current clock."""

    twin: Text
    property: Text
    unit: Text | None = None
    points: list[Annotated[list[AwareDatetime | float | Scalar], Field(min_length=2, max_length=2)]]

    @model_validator(mode="after")
    def _timed(self) -> Self:
        for at, _ in self.points:
            if isinstance(at, (bool, str)):
                raise ValueError(f"the time {at!r} is neither an instant with a zone nor a number of minutes")
        return self


class Bounds(Part):
    high: float | None = None
    low: float | None = None


class Tariff(Part):
    price: float
    currency: Text
    per: Text


class Twin(Part):
    type: Text
    name: Text
    place: Text | None = None
    importance: Level | None = None
    state: Values = {}
    limits: dict[Text, Bounds] = {}
    tariff: Tariff | None = None
    owner: bool = False


class Task(Part):
    title: Text
    due: AwareDatetime | None = None
    priority: Level = "normal"
    done: bool = False


class CalendarEvent(Part):
    title: Text
    start: AwareDatetime
    end: AwareDatetime
    status: Text | None = None


class Concern(Part):
    twin: Text
    state: Literal["snoozed", "acknowledged"]
    until: AwareDatetime | None = None

    @model_validator(mode="after")
    def _ends(self) -> Self:
        if self.state == "snoozed" and self.until is None:
            raise ValueError("a snoozed concern needs until")
        return self


class User(Part):
    name: Text
    role: Text


class Message(Part):
    topic: Text
    payload: Any = ""


class Turn(Part):
    """One of user, press, advance_s, telemetry or mqtt; the rest stands beside what is said."""

    user: str | None = None
    intent: Text | None = None
    press: Text | None = None
    advance_s: Annotated[int, Field(gt=0)] | None = None
    telemetry: list[Telemetry] | None = None
    mqtt: Message | None = None
    as_: Text | None = Field(default=None, alias="as")
    conversation: Text | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        kinds = [k for k in ("user", "press", "advance_s", "telemetry", "mqtt") if getattr(self, k) is not None]
        if len(kinds) != 1:
            raise ValueError("a turn is one of user, press, advance_s, telemetry, mqtt")
        if self.intent and kinds != ["user"]:
            raise ValueError("intent stands beside user")
        if (self.as_ or self.conversation) and kinds[0] not in ("user", "press"):
            raise ValueError("as and conversation stand beside user or press")
        return self


class Critical(Part):
    """What is expected of the critical list."""

    first: Text | None = None
    above: list[Annotated[list[Text], Field(min_length=2, max_length=2)]] = []
    absent: list[Text] = []
    why_mentions: dict[Text, list[str | int | float]] = {}
    severity: dict[Text, Severity] = {}


class Some(Part):
    """An expectation with optional fields, of which at least one is there."""

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(f"expects nothing; give some of {', '.join(type(self).model_fields)}")
        return self


class ReminderIs(Some):
    at: AwareDatetime | None = None
    about: Text | None = None


class TaskIs(Part):
    title: Text
    done: bool | None = None
    due: AwareDatetime | None = None


class EventIs(Part):
    title: Text
    start: AwareDatetime | None = None


class TwinIs(Part):
    name: Text
    type: Text | None = None
    status: Literal["draft", "active", "hibernated", "archived"] | None = None
    place: Text | None = None
    config: dict[Text, Any] = {}


class NudgeIs(Part):
    mentions: Annotated[list[str | int | float], Field(min_length=1)]


class ApprovalIs(Part):
    twin: Text
    status: Text


class AbsentIs(Some):
    twin: Text | None = None
    task: Text | None = None
    event: Text | None = None
    reminder: Text | None = None


class CandidateIs(Some):
    name: Text | None = None
    type: Text | None = None


class Expected(Some):
    """What must hold after a turn."""

    turn: int | Literal["end"]
    desired: dict[Text, Values] | None = None
    reported: dict[Text, Values] | None = None
    reminder: ReminderIs | None = None
    task: TaskIs | None = None
    event: EventIs | None = None
    twin: TwinIs | None = None
    no_change: Literal[True] | None = None
    nudge: NudgeIs | None = None
    no_nudge: NudgeIs | Literal[True] | None = None
    critical: Critical | None = None
    approval: ApprovalIs | None = None
    absent: AbsentIs | None = None
    candidate: CandidateIs | None = None
    count: dict[Text, int] | None = None

    @model_validator(mode="after")
    def _expects(self) -> Self:
        if self.model_fields_set == {"turn"}:
            raise ValueError("expects nothing")
        return self


class Words(Part):
    """Words that must or must not be in the reply of a turn."""

    turn: int | Literal["end"]
    must: list[str] = []
    must_not: list[str] = []


class World(Part):
    """The world before the first turn."""

    name: Text
    about: str = ""
    clock: AwareDatetime
    timezone: Text
    twins: list[Twin] = []
    desired: dict[Text, Values] = {}
    telemetry: list[Telemetry] = []
    tasks: list[Task] = []
    events: list[CalendarEvent] = []
    concerns: list[Concern] = []
    users: list[User] = []


class CriticalFile(World):
    ask: Text
    expect: Critical


class DialogueFile(World):
    turns: Annotated[list[Turn], Field(min_length=1)]
    expect_after: list[Expected] = []
    replies: list[Words] = []
