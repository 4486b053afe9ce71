"""`guidance.toml` and `plans.toml` as frozen values; an unknown or missing key, class or body is refused with its name."""

from functools import cache
from typing import Any, Literal

import msgspec

from tocsin.base.levels import AlarmLevel
from tocsin.command.policy import LevelName, read_file
from tocsin.command.rules.guidance import ANY, Condition, GuidanceKind, Line
from tocsin.command.rules.plans import Plan, Task, Who, Words
from tocsin.jurisdiction.rules import EVERYWHERE

Confidence = Literal["A", "B", "C"]


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str


class _Class(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zh: str
    en: str
    kinds: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    asset_kinds: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    key: str
    kind: GuidanceKind
    of_class: str
    zh: str
    en: str
    source: str
    confidence: Confidence


class _GuidanceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    likely_from: float
    class_: dict[str, _Class] = msgspec.field(name="class")
    line: tuple[_Line, ...]


class _Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    who: Who
    within_min: dict[LevelName, float]
    zh: str
    en: str
    source: str
    confidence: Confidence
    lifeline: str = ""
    check: tuple[_Said, ...] = ()


class _Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    needs: tuple[str, ...]
    task: tuple[_Task, ...]


class _PlansFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    plan: tuple[_Plan, ...]


class Guidance(msgspec.Struct, frozen=True):
    """Classes by code with their names, and the shipped lines. A cause counts from `likely_from` on."""

    likely_from: float
    classes: dict[str, Condition]
    names: dict[str, Words]
    lines: tuple[Line, ...]


@cache
def shipped_guidance() -> Guidance:
    """What comes with this version, read once; ValueError names what can't be read."""
    file = read_file("guidance.toml", _GuidanceFile)
    for line in file.line:
        _known({line.of_class}, {*file.class_, ANY}, f"guidance.toml: line {line.key}: of_class")
    if len({line.key for line in file.line}) != len(file.line):
        raise ValueError("guidance.toml: a key stands twice")
    return Guidance(
        likely_from=file.likely_from,
        classes={code: _condition(one) for code, one in file.class_.items()},
        names={code: Words(one.zh, one.en) for code, one in file.class_.items()},
        lines=tuple(_line(one) for one in file.line),
    )


@cache
def shipped_plans() -> tuple[Plan, ...]:
    """The plans that come with this version, in the order of their file."""
    plans = read_file("plans.toml", _PlansFile).plan
    for one in plans:
        _known(set(one.needs), set(shipped_guidance().classes), f"plans.toml: plan {one.code}: needs")
        if len({task.code for task in one.task}) != len(one.task):
            raise ValueError(f"plans.toml: plan {one.code}: a task stands twice")
    if len({one.code for one in plans}) != len(plans):
        raise ValueError("plans.toml: a plan stands twice")
    return tuple(_plan(one) for one in plans)


def _condition(one: _Class) -> Condition:
    return Condition(
        kinds=frozenset(one.kinds),
        quantities=frozenset(one.quantities),
        rules=frozenset(one.rules),
        asset_kinds=frozenset(one.asset_kinds),
        causes=frozenset(one.causes),
    )


def _line(one: _Line) -> Line:
    return Line(
        key=one.key,
        kind=one.kind,
        of_class=one.of_class,
        region_code=EVERYWHERE,
        words=Words(one.zh, one.en),
        source=one.source,
        confidence=one.confidence,
    )


def _plan(one: _Plan) -> Plan:
    return Plan(one.code, Words(one.zh, one.en), one.needs, tuple(_task(task) for task in one.task))


def _task(one: _Task) -> Task:
    return Task(
        code=one.code,
        who=one.who,
        lifeline=one.lifeline,
        within_min={AlarmLevel[name.upper()]: minutes for name, minutes in one.within_min.items()},
        words=Words(one.zh, one.en),
        check=tuple(Words(said.zh, said.en) for said in one.check),
        source=one.source,
        confidence=one.confidence,
    )


def _known(given: set[str], known: set[str], where: str) -> None:
    unknown = sorted(given - known)
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def plan_of(snapshot: dict[str, Any]) -> Plan:
    """The plan as a started one keeps it."""
    return msgspec.convert(snapshot, Plan, strict=False)
