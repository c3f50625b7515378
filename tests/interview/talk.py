"""A whole interview in one call, through the pure flow."""

from collections.abc import Mapping
from typing import Any

from interview import flow
from interview.configuration import twin_fields
from interview.prompts import Prompt, as_text
from interview.session import Session
from interview.steps import Step
from twin_core.contract.template import Fidelity
from twin_core.templates import load_library

LIBRARY = load_library()


class Talk:
    """What was said to whom: `talk.say(…)` goes on, the last step stays readable."""

    def __init__(
        self,
        type: str,
        opening: str = "",
        *,
        fidelity: Fidelity = "basic",
        answers: Mapping[str, Any] | None = None,
        candidate: str | None = None,
    ) -> None:
        self.type = LIBRARY[type]
        self.step: Step = flow.start(
            self.type, id="i1", person="owner", text=opening, fidelity=fidelity, answers=answers, candidate=candidate
        )

    def say(self, *texts: str) -> "Talk":
        for text in texts:
            self.step = flow.take(self.session, self.type, text)
        return self

    @property
    def session(self) -> Session:
        return self.step.session

    @property
    def answers(self) -> dict[str, Any]:
        return dict(self.session.answers)

    @property
    def fields(self) -> dict[str, Any]:
        return twin_fields(self.session, self.type)

    @property
    def config(self) -> dict[str, Any]:
        config: dict[str, Any] = self.fields["config"]
        return config

    @property
    def text(self) -> str:
        return as_text(self.step.prompts)

    @property
    def question(self) -> Prompt:
        return self.step.prompts[-1]
