"""`intake`: kinds of events with their questions, and when an open case may be the same."""

from pathlib import Path

import msgspec

from tocsin.base.levels import AlarmLevel, LevelName
from tocsin.base.policy import PolicyFile, reader
from tocsin.command.guidance.rules.words import Words
from tocsin.command.intake.rules import Effect, EventKind, Question

FILE = Path(__file__).with_name("policy.toml")


class YesRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a yes does."""

    level: LevelName | None = None
    kind: str = ""
    place_kind: str = ""


class QuestionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[kind.question]]`."""

    key: str
    zh: str
    en: str
    yes: YesRow


class KindRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[kind]]`."""

    key: str
    zh: str
    en: str
    level: LevelName
    question: tuple[QuestionRow, ...] = ()


class IntakePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    same_within_m: float
    same_within_h: float
    same_shared_signs: int
    kind: tuple[KindRow, ...]

    @property
    def kinds(self) -> dict[str, EventKind]:
        """As the rules take them, by key."""
        return {one.key: _kind(one) for one in self.kind}


def _check(policy: IntakePolicy, source: str) -> None:
    known = [one.key for one in policy.kind]
    if len(set(known)) != len(known):
        raise ValueError(f"{source}: a kind stands twice")
    for one in policy.kind:
        unknown = [question.yes.kind for question in one.question if question.yes.kind and question.yes.kind not in known]
        if unknown:
            raise ValueError(f"{source}: questions of {one.key} lead to unknown kinds: {', '.join(unknown)}")


INTAKE = PolicyFile("command.intake", FILE, reader(IntakePolicy, _check), "接报", "Taking events in", regions=True)


def intake(region: str = "") -> IntakePolicy:
    """The policy in force in a region."""
    return INTAKE.current(region=region)


def _kind(row: KindRow) -> EventKind:
    questions = (Question(one.key, Words(one.zh, one.en), _effect(one.yes)) for one in row.question)
    return EventKind(row.key, Words(row.zh, row.en), AlarmLevel[row.level.upper()], tuple(questions))


def _effect(row: YesRow) -> Effect:
    level = AlarmLevel.NONE if row.level is None else AlarmLevel[row.level.upper()]
    return Effect(level, row.kind, row.place_kind)
