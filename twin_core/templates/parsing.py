"""A twin type from its TOML table, with every fault named by file and key."""

import re
from dataclasses import replace
from typing import Any, cast, get_args

from twin_core.contract.template import (
    Approval,
    Fidelity,
    Importance,
    Kind,
    PropertySpec,
    Question,
    TwinType,
)
from twin_core.contract.units import canonical_unit
from twin_core.templates.rules import parse_rule
from twin_core.templates.tables import Table

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SLOT = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}")
_QUESTION_KINDS = ("text", "number", "boolean", "choice", "choices", "place")


def parse_type(table: Table, stem: str, every_type: tuple[Question, ...]) -> TwinType:
    """Raises Rejected. `every_type` are the questions that a type inherits unless it asks them itself."""
    name = table.text("name")
    if name != stem or not _IDENTIFIER.fullmatch(name):
        table.fail("name", f"is {name!r}", "It must be the name of the file, in small letters, digits and _.")
    properties = {key: _property(key, row) for key, row in table.tables("properties").items()}
    if not properties:
        table.fail("properties", "are missing")
    rules = tuple(parse_rule(row, properties) for row in table.rows("rules", "name"))
    twin_type = TwinType(
        name=name,
        title=table.text("title"),
        words=table.texts("words"),
        properties=properties,
        rules=rules,
        questions=_all_questions(table, every_type),
        importance=cast(Importance, table.choice("importance", get_args(Importance), "normal")),
        sync_interval_s=table.number("sync_interval_s", 60.0),
        main_property=table.optional_text("main_property"),
        components=table.texts("components"),
    )
    table.done()
    _check_type(table, twin_type)
    return twin_type


def parse_questions(table: Table) -> tuple[Question, ...]:
    """Raises Rejected."""
    return tuple(_question(row) for row in table.rows("questions", "slot"))


def _check_type(table: Table, twin_type: TwinType) -> None:
    if twin_type.main_property is not None and twin_type.main_property not in twin_type.properties:
        table.fail("main_property", f"is {twin_type.main_property!r}, which is no property of the type")
    if twin_type.sync_interval_s <= 0:
        table.fail("sync_interval_s", "must be more than 0")
    for kind, names in (
        ("rules", [rule.name for rule in twin_type.rules]),
        ("questions", [question.slot for question in twin_type.questions]),
    ):
        for name in names:
            if names.count(name) > 1:
                table.fail(kind, f"have {name!r} twice")
    for question in twin_type.questions:
        _check_limit_slot(table, question, twin_type)


def _check_limit_slot(table: Table, question: Question, twin_type: TwinType) -> None:
    root, *rest = question.slot.split(".")
    if root != "limits":
        return
    spec = twin_type.properties.get(rest[0]) if rest else None
    if len(rest) != 2 or rest[1] not in ("high", "low") or spec is None or spec.kind != "number":
        table.fail(f"questions.{question.slot}", "sets no limit", "Write limits.PROPERTY.high or .low.")
    if question.unit != spec.unit:
        table.fail(f"questions.{question.slot}", f"must be in {spec.unit}, the unit of the property")


def _property(name: str, table: Table) -> PropertySpec:
    if not _IDENTIFIER.fullmatch(name):
        table.fail("name", f"is {name!r}", "Small letters, digits and _ only.")
    spec = PropertySpec(
        name=name,
        kind=cast(Kind, table.choice("kind", get_args(Kind))),
        label=table.text("label"),
        unit=table.optional_text("unit"),
        minimum=table.optional_number("minimum"),
        maximum=table.optional_number("maximum"),
        resolution=table.number("resolution", 0.1),
        choices=table.texts("choices"),
        writable=table.flag("writable"),
        approval=_approval(table.table("approval")),
        on_change=table.flag("on_change"),
        words=table.texts("words"),
        true_word=table.text("true_word", "on"),
        false_word=table.text("false_word", "off"),
        device_classes=table.texts("device_classes"),
        retention_days=table.number("retention_days", 400.0),
        cumulative=table.flag("cumulative"),
        private=table.flag("private"),
        wears=table.flag("wears"),
    )
    table.done()
    _check_property(table, spec)
    return spec


def _check_property(table: Table, spec: PropertySpec) -> None:
    if spec.kind != "number":
        for key in ("unit", "minimum", "maximum"):
            if getattr(spec, key) is not None:
                table.fail(key, f"has no meaning for a {spec.kind}")
    if spec.minimum is not None and spec.maximum is not None and spec.minimum >= spec.maximum:
        table.fail("minimum", "must be below maximum")
    if canonical_unit(spec.unit) != spec.unit:
        table.fail("unit", f"is {spec.unit!r}", f"Write {canonical_unit(spec.unit)}.")
    if bool(spec.choices) != (spec.kind == "choice"):
        table.fail("choices", "belong to a choice, and a choice needs them")
    for key in ("resolution", "retention_days"):
        if getattr(spec, key) <= 0:
            table.fail(key, "must be more than 0")
    _check_approval(table, spec)


def _approval(table: Table) -> Approval:
    band = table.scalars("band")
    approval = Approval(
        always=table.flag("always"),
        values=tuple(table.scalars("values")),
        band=_band(table, band) if band else None,
        reason=table.text("reason", ""),
        known_person=table.flag("known_person"),
    )
    table.done()
    return approval


def _band(table: Table, band: list[Any]) -> tuple[float, float]:
    if len(band) != 2 or any(isinstance(v, (bool, str)) for v in band) or not band[0] < band[1]:
        table.fail("band", "must be two numbers, the lower first")
    return (band[0], band[1])


def _check_approval(table: Table, spec: PropertySpec) -> None:
    approval = spec.approval
    if approval == Approval():
        return
    if not spec.writable:
        table.fail("approval", "has no meaning for a property that nobody can write")
    if not approval.reason:
        table.fail("approval", "needs a reason", "Say the consequence in words.")
    if approval.band is not None and spec.kind != "number":
        table.fail("approval", "has a band, but the property is no number")
    for value in approval.values:
        fits = isinstance(value, bool) if spec.kind == "boolean" else value in spec.choices
        if spec.kind in ("boolean", "choice") and not fits:
            table.fail("approval", f"names {value!r}, which the property never is")


def _all_questions(table: Table, every_type: tuple[Question, ...]) -> tuple[Question, ...]:
    own = parse_questions(table)
    without = table.texts("without")
    inherited = {question.slot: _fitted(question, table) for question in every_type}
    for slot in without:
        if slot not in inherited:
            table.fail("without", f"names {slot!r}, which no type is asked")
    slots = {question.slot for question in own}
    shared = [q for slot, q in inherited.items() if slot not in slots and slot not in without]
    # What a thing is and where comes first, its particulars after, how much it matters last.
    first = [*(q for q in own if q.slot in inherited), *(q for q in shared if q.slot != "importance")]
    first.sort(key=lambda q: list(inherited).index(q.slot))
    rest = [q for q in own if q.slot not in inherited]
    last = [q for q in shared if q.slot == "importance"]
    return tuple(first + rest + last)


def _fitted(question: Question, table: Table) -> Question:
    """A question of every type in the words, and with the usual importance, of this one."""
    default = table.text("importance", "normal") if question.slot == "importance" else question.default
    return replace(question, text=question.text.replace("{title}", table.text("title")), default=default)


def _question(table: Table) -> Question:
    question = Question(
        slot=table.text("slot"),
        text=table.text("text"),
        kind=cast(Any, table.choice("kind", _QUESTION_KINDS)),
        unit=table.optional_text("unit"),
        minimum=table.optional_number("minimum"),
        maximum=table.optional_number("maximum"),
        choices=table.texts("choices"),
        default=table.optional_scalar("default"),
        required=table.flag("required"),
        fidelity=cast(Fidelity, table.choice("fidelity", get_args(Fidelity), "basic")),
        words=table.texts("words"),
        choice_words=_choice_words(table.table("choice_words")),
    )
    table.done()
    _check_question(table, question)
    return question


def _choice_words(table: Table) -> dict[str, tuple[str, ...]]:
    words = {choice: table.texts(choice) for choice, _ in table.items()}
    table.done()
    return words


def _check_question(table: Table, question: Question) -> None:
    if not _SLOT.fullmatch(question.slot):
        table.fail("slot", f"is {question.slot!r}", "Write name, place, importance or a key like tariff.price.")
    if bool(question.choices) != (question.kind in ("choice", "choices")):
        table.fail("choices", "belong to a choice, and a choice needs them")
    for choice in question.choice_words:
        if choice not in question.choices:
            table.fail("choice_words", f"are for {choice!r}, which is none of the choices")
    low, high, default = question.minimum, question.maximum, question.default
    if low is not None and high is not None and low >= high:
        table.fail("minimum", "must be below maximum")
    if default is None:
        return
    fits = {
        "number": isinstance(default, (int, float)) and not isinstance(default, bool),
        "boolean": isinstance(default, bool),
        "choice": default in question.choices,
        "choices": False,  # nothing, until somebody says more
    }.get(question.kind, isinstance(default, str))
    if fits and question.kind == "number":
        number = float(default)
        fits = (low is None or number >= low) and (high is None or number <= high)
    if not fits:
        table.fail("default", f"is {default!r}, which is no answer to its own question")
