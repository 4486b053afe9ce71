"""Reads `policy.toml` into the engine's conditions, refusing what it does not know."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.levels import AlarmLevel, LevelName
from tocsin.base.policy import PolicyFile, read_policy
from tocsin.base.quantities import QUANTITIES
from tocsin.engine.conditions.model import Condition, Measure, Term
from tocsin.engine.detection.catalogue import RULES

FILE = Path(__file__).with_name("policy.toml")
LONGEST_CODE = 30  # with its prefix it is an alarm's rule

_LEVELS = {level.name.lower(): level for level in AlarmLevel if level}
_ALARM_RULES = frozenset(rule.name for rule in RULES if rule.kind == "alarm")


class _Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    measure: Measure
    quantity: str
    at_least: float | None = None
    at_most: float | None = None
    level: LevelName | None = None
    rule: str = ""
    hours: int = 1
    sensors: int = 1


class _Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    level: LevelName
    term: tuple[_Term, ...]
    source: str
    confidence: Literal["A", "B", "C"]
    need: int | Literal["all", "any"] = "all"
    within_m: float = 0.0
    along: bool = False
    hold_s: float = 0.0
    clear_s: float = 0.0
    latch: bool = False
    on: bool = True


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a network between meters, `device/channel` each: through which it is fed, and left. The first of `into` tells."""

    code: str
    zh: str
    en: str
    into: tuple[str, ...]
    out: tuple[str, ...] = ()


class _Policy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    every_s: float
    measured_every_s: float
    fresh_s: float
    most_bands: int
    condition: tuple[_Condition, ...] = ()
    section: tuple[Section, ...] = ()


@dataclass(frozen=True)
class Conditions:
    """All of the file: conditions by code in its order, sections, and how often what is looked at."""

    every_s: float
    measured_every_s: float
    fresh_s: float
    most_bands: int
    by_code: dict[str, Condition]
    sections: tuple[Section, ...]

    @property
    def on(self) -> list[Condition]:
        """Those that are switched on."""
        return [one for one in self.by_code.values() if one.on]


def read_conditions(text: bytes, source: str) -> Conditions:
    """The conditions of a TOML text; ValueError names `source`, the condition and the key that does not fit."""
    policy = read_policy(text, _Policy, source)
    found: dict[str, Condition] = {}
    for one in policy.condition:
        if one.code in found or not one.code.replace("_", "").isalnum() or len(one.code) > LONGEST_CODE:
            raise ValueError(f"{source}: {one.code!r} is no code of its own, of letters, digits and _, {LONGEST_CODE} at most")
        try:
            found[one.code] = _condition(one)
        except ValueError as error:
            raise ValueError(f"{source}, [[condition]] {one.code}: {error}") from None
    for section in policy.section:
        if not section.into:
            raise ValueError(f"{source}, [[section]] {section.code}: into names no meter")
    return Conditions(policy.every_s, policy.measured_every_s, policy.fresh_s, policy.most_bands, found, policy.section)


def _condition(one: _Condition) -> Condition:
    need = {"all": len(one.term), "any": 1}[one.need] if isinstance(one.need, str) else one.need
    return Condition(
        code=one.code,
        level=int(_LEVELS[one.level]),
        terms=tuple(_term(term) for term in one.term),
        need=need,
        within_m=one.within_m,
        along=one.along,
        hold_s=one.hold_s,
        clear_s=one.clear_s,
        latch=one.latch,
        on=one.on,
        words={"zh": one.zh, "en": one.en},
        source=one.source,
        confidence=one.confidence,
    )


def _term(term: _Term) -> Term:
    if term.quantity not in QUANTITIES:
        raise ValueError(f"unknown quantity {term.quantity!r}; known are {', '.join(QUANTITIES)}")
    if term.rule and term.rule not in _ALARM_RULES:
        raise ValueError(f"there is no rule {term.rule!r} that raises alarms; known are {', '.join(sorted(_ALARM_RULES))}")
    if (term.measure is Measure.ALARM) != (term.level is not None) or (term.rule and term.measure is not Measure.ALARM):
        raise ValueError("level and rule are of terms that measure an alarm, and those have a level")
    limits = {name: value for name in ("at_least", "at_most") if (value := getattr(term, name)) is not None}
    if term.level is not None:
        limits = {"at_least": float(_LEVELS[term.level]), **limits}
    return Term(measure=term.measure, quantity=term.quantity, rule=term.rule, hours=term.hours, sensors=term.sensors, **limits)


CONDITIONS = PolicyFile(
    "warning.conditions",
    FILE,
    read_conditions,
    "组合报警条件",
    "Conditions over several sensors",
    regions=True,
    items="condition",
)
