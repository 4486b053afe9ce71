"""Shipped classes and lines of guidance; an unknown or missing key or class is refused with its name."""

from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.command.guidance.rules.lines import ANY, Condition, GuidanceKind, Line
from tocsin.command.guidance.rules.words import Words
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE

FILE = Path(__file__).with_name("policy.toml")
Confidence = Literal["A", "B", "C"]


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    source_zh: str = ""


class _GuidanceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    likely_from: float
    class_: dict[str, _Class] = msgspec.field(name="class")
    line: tuple[_Line, ...]


class Guidance(msgspec.Struct, frozen=True):
    """Classes by code with their names, and the shipped lines. A cause counts from `likely_from` on."""

    likely_from: float
    classes: dict[str, Condition]
    names: dict[str, Words]
    lines: tuple[Line, ...]


def _read(text: bytes, source: str) -> Guidance:
    file = read_policy(text, _GuidanceFile, source)
    for line in file.line:
        refuse_unknown({line.of_class}, {*file.class_, ANY}, f"{source}: line {line.key}: of_class")
    if len({line.key for line in file.line}) != len(file.line):
        raise ValueError(f"{source}: a key stands twice")
    return Guidance(
        likely_from=file.likely_from,
        classes={code: _condition(one) for code, one in file.class_.items()},
        names={code: Words(one.zh, one.en) for code, one in file.class_.items()},
        lines=tuple(_line(one) for one in file.line),
    )


GUIDANCE = PolicyFile("command.guidance", FILE, _read, "处置提示", "What to do and not to do")


def shipped_guidance() -> Guidance:
    """What comes with this version."""
    return GUIDANCE.shipped


def _condition(one: _Class) -> Condition:
    return Condition(
        kinds=frozenset(one.kinds),
        quantities=frozenset(one.quantities),
        rules=frozenset(one.rules),
        asset_kinds=frozenset(one.asset_kinds),
        causes=frozenset(one.causes),
    )


def _line(line: _Line) -> Line:
    return Line(
        key=line.key,
        kind=line.kind,
        of_class=line.of_class,
        region_code=EVERYWHERE,
        words=Words(line.zh, line.en),
        source=Words(line.source_zh or line.source, line.source),
        confidence=line.confidence,
    )


def refuse_unknown(given: set[str], known: set[str], where: str) -> None:
    """ValueError names what is given and not known."""
    unknown = sorted(given - known)
    if unknown:
        raise ValueError(f"{where}: unknown {', '.join(unknown)}; known are {', '.join(sorted(known))}")
