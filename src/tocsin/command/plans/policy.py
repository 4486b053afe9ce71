"""Shipped response plans, and the check that every card passes."""

import re
from pathlib import Path

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.levels import AlarmLevel, LevelName
from tocsin.base.policy import PolicyFile, read_policy
from tocsin.command.guidance.policy import GUIDANCE, Confidence, Said, refuse_unknown
from tocsin.command.guidance.rules.words import Words
from tocsin.command.plans.rules import Plan, Task, Who

_CODE = re.compile("[a-z0-9_]{1,60}")
FILE = Path(__file__).with_name("policy.toml")
LONGEST_WORDS = 500
MOST_LINES = 30
MOST_MINUTES = 14_400


class TaskCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    who: Who
    within_min: dict[LevelName, float]
    zh: str
    en: str
    source: str
    confidence: Confidence
    lifeline: str = ""
    check: tuple[Said, ...] = ()
    met_by: tuple[str, ...] = ()


class PlanCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    zh: str
    en: str
    needs: tuple[str, ...]
    task: tuple[TaskCard, ...]


class _PlansFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    plan: tuple[PlanCard, ...]


def _read(text: bytes, source: str) -> dict[str, PlanCard]:
    cards = read_policy(text, _PlansFile, source).plan
    for one in cards:
        check_card(one, f"{source}: plan {one.code}")
    if len({one.code for one in cards}) != len(cards):
        raise ValueError(f"{source}: a plan stands twice")
    return {one.code: one for one in cards}


PLANS = PolicyFile("command.plans", FILE, _read, "应急预案", "Response plans", regions=True, items="plan", uses=(GUIDANCE,))


def shipped_plans() -> tuple[Plan, ...]:
    """The plans that come with this version, in the order of their file."""
    return tuple(_plan(one) for one in PLANS.shipped.values())


def shipped_cards() -> dict[str, PlanCard]:
    """The same as they stand in the file, by code: what an editor begins with."""
    return PLANS.shipped


def check_card(card: PlanCard, where: str) -> None:
    """ValueError names what does not fit: an unknown class, a task that stands twice, no task, no level, no time, no words."""
    refuse_unknown(set(card.needs), set(GUIDANCE.current().classes), f"{where}: needs")
    codes = [task.code for task in card.task]
    if not codes:
        raise ValueError(f"{where}: a plan has at least one task")
    if len(set(codes)) != len(codes):
        raise ValueError(f"{where}: a task stands twice")
    for code in (card.code, *codes):
        if not _CODE.fullmatch(code):
            raise ValueError(f"{where}: a code has 1 to 60 small letters, digits and _: {code}")
    if not card.zh.strip() or not card.en.strip():
        raise ValueError(f"{where}: a plan has a name in both languages")
    for task in card.task:
        _check_task(task, f"{where}: task {task.code}")


def _check_task(task: TaskCard, where: str) -> None:
    words = (task.zh, task.en, *(text for line in task.check for text in (line.zh, line.en)))
    if not all(text.strip() for text in (*words, task.source)):
        raise ValueError(f"{where}: a task and each line of its check list have words in both languages, and a source")
    if max(map(len, (*words, task.source))) > LONGEST_WORDS or len(task.check) > MOST_LINES:
        raise ValueError(f"{where}: a text has at most {LONGEST_WORDS} signs, a check list {MOST_LINES} lines")
    if not task.within_min or not all(0 < minutes <= MOST_MINUTES for minutes in task.within_min.values()):
        raise ValueError(f"{where}: a task asks at one level at least, within 1 to {MOST_MINUTES} minutes")
    if not all(_CODE.fullmatch(one) for one in task.met_by):
        raise ValueError(f"{where}: met_by names acts of units, quantities or checks, such as arrive, ethane_ratio")
    if task.lifeline and not _CODE.fullmatch(task.lifeline):
        raise ValueError(f"{where}: a lifeline is a code such as gas, heating, water, drainage")


def card_of(content: object) -> PlanCard:
    """The card in the form of `plans.toml`; ValueError names what can't be read or does not fit."""
    try:
        card = convert(content, PlanCard)
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None
    check_card(card, card.code)
    return card


def card_from(content: object) -> PlanCard:
    """A stored card; what it was checked against when it was written may have changed since."""
    return convert(content, PlanCard)


def plan_from(content: object, version: str) -> Plan:
    """The same as the rules take it."""
    return _plan(card_from(content), int(version))


def _plan(card: PlanCard, version: int = 1) -> Plan:
    return Plan(card.code, Words(card.zh, card.en), card.needs, tuple(_task(task) for task in card.task), version)


def _task(card: TaskCard) -> Task:
    return Task(
        code=card.code,
        who=card.who,
        lifeline=card.lifeline,
        within_min={AlarmLevel[name.upper()]: minutes for name, minutes in card.within_min.items()},
        words=Words(card.zh, card.en),
        check=tuple(Words(said.zh, said.en) for said in card.check),
        source=card.source,
        confidence=card.confidence,
        met_by=card.met_by,
    )


def plan_of(snapshot: object) -> Plan:
    """The plan as a started one keeps it."""
    return convert(snapshot, Plan, strict=False)
