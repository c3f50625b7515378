"""The interview over HTTP: start, answer, skip, back, correct, pause, resume, cancel, confirm."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field

from interview.interviews import Interviews
from interview.prompts import Prompt, as_text
from interview.session import Session, Status
from interview.steps import Outcome, Step
from twin_core.contract.errors import NotFound
from twin_core.contract.template import Fidelity

_OWNER = "owner"
_Text = Annotated[str, Field(max_length=2000)]
_Own = Callable[[Request, str], Awaitable[Session]]
OnAnswered = Callable[[str, str], Awaitable[None]]  # the person, the question
_Id = Annotated[str, Path(max_length=100)]


class _Body(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class NewInterview(_Body):
    """About a type, or about a device that announced itself."""

    type: Annotated[str, Field(max_length=40)] | None = None
    candidate: Annotated[str, Field(max_length=200)] | None = None
    fidelity: Fidelity = "basic"
    text: _Text = ""


class Said(_Body):
    """An answer, a correction ("no, the pantry"), or a word that steers ("skip")."""

    text: _Text
    lang: Annotated[str, Field(max_length=20)] = "en"


class Correction(_Body):
    """A new answer to the slot named; without a slot, the text names it."""

    text: _Text
    slot: Annotated[str, Field(max_length=100)] | None = None


class InterviewAnswer(BaseModel):
    """Where an interview stands and what it has to say; `text` is all of it in one."""

    id: str
    type: str
    fidelity: Fidelity
    status: Status
    current: str | None
    answers: dict[str, Any]
    candidate: str | None
    draft: str | None
    twin: str | None
    outcome: Outcome | None = None
    taken: dict[str, Any] = Field(default_factory=dict)
    prompts: list[Prompt] = Field(default_factory=list)
    text: str = ""


_GoOn = Callable[[Session, Awaitable[Step]], Awaitable[InterviewAnswer]]


def interview_router(interviews: Interviews, answered: OnAnswered | None = None) -> APIRouter:
    """Routes under /interviews; the person is whom the door recognised (`request.state.user`), else the owner. What was
    asked elsewhere and is answered here is told to `answered`.
    """
    router = APIRouter(prefix="/interviews", tags=["interviews"])

    async def own(request: Request, interview: str) -> Session:
        session = await interviews.get(interview)
        if session.person != _person(request):
            raise NotFound(f"There is no interview {interview[:60]!r}.", hint="It was cancelled, or never was.")
        return session

    async def go_on(before: Session, going: Awaitable[Step]) -> InterviewAnswer:
        step = await going
        if answered and before.question and step.session.question != before.question:
            await answered(before.person, before.question)
        return _answer(step)

    _add_standing(router, interviews, own)
    _add_answering(router, interviews, own, go_on)
    moves = {
        "skip": (interviews.skip, "Leaves the current question to its default"),
        "back": (interviews.back, "Asks the question before again"),
        "pause": (interviews.later, "Keeps the answers so far, as a draft twin"),
        "cancel": (interviews.cancel, "Ends it; nothing is left"),
        "defaults": (interviews.defaults, "Fills in the rest and shows the preview"),
        "confirm": (interviews.confirm, "Creates the twin that the preview showed"),
    }
    for name, (move, summary) in moves.items():
        router.add_api_route(
            f"/{{id}}/{name}", _steering(own, move, go_on), methods=["POST"], summary=summary, name=name
        )
    return router


def _add_standing(router: APIRouter, interviews: Interviews, own: _Own) -> None:
    @router.get("", summary="The person's interviews that are not finished")
    async def listed(request: Request) -> list[InterviewAnswer]:
        return [_standing(session) for session in await interviews.of(_person(request))]

    @router.post("", status_code=201, summary="Starts an interview")
    async def start(request: Request, body: NewInterview) -> InterviewAnswer:
        step = await interviews.start(
            _person(request), body.type, candidate=body.candidate, fidelity=body.fidelity, text=body.text
        )
        return _answer(step)

    @router.get("/{id}", summary="Where an interview stands, with what is open put again")
    async def get(request: Request, id: _Id) -> InterviewAnswer:
        session = await own(request, id)
        return _answer(await interviews.prompt(id)) if session.live else _standing(session)


def _add_answering(router: APIRouter, interviews: Interviews, own: _Own, go_on: _GoOn) -> None:
    @router.post("/{id}/answer", summary="Takes an answer")
    async def answer(request: Request, id: _Id, body: Said) -> InterviewAnswer:
        return await go_on(await own(request, id), interviews.answer(id, body.text, body.lang))

    @router.post("/{id}/correct", summary="Takes another answer to a slot that was answered before")
    async def correct(request: Request, id: _Id, body: Correction) -> InterviewAnswer:
        before = await own(request, id)
        if body.slot is None:
            return await go_on(before, interviews.answer(id, body.text))
        return await go_on(before, interviews.correct(id, body.slot, body.text))

    @router.post("/{id}/resume", summary="Goes on with a paused interview")
    async def resume(request: Request, id: _Id) -> InterviewAnswer:
        await own(request, id)
        return _answer(await interviews.resume_by_id(id))


def _steering(
    own: _Own, move: Callable[[str], Awaitable[Step]], go_on: _GoOn
) -> Callable[..., Awaitable[InterviewAnswer]]:
    async def steer(request: Request, id: _Id) -> InterviewAnswer:
        return await go_on(await own(request, id), move(id))

    return steer


def _person(request: Request) -> str:
    return str(getattr(request.state, "user", None) or _OWNER)


def _standing(session: Session) -> InterviewAnswer:
    fields = {key: value for key, value in asdict(session).items() if key in InterviewAnswer.model_fields}
    return InterviewAnswer(**fields)


def _answer(step: Step) -> InterviewAnswer:
    standing = _standing(step.session)
    return standing.model_copy(
        update={
            "outcome": step.outcome,
            "taken": dict(step.taken),
            "prompts": list(step.prompts),
            "text": as_text(step.prompts),
        }
    )
