"""Rules of rewards and the words of their reasons as frozen values; an unknown or missing key is refused with its name."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.policy import PolicyFile, read_policy, reader
from tocsin.mobilisation.rewards.rules.judging import Band, Because, Rule

FILE = Path(__file__).with_name("policy.toml")
WORDS = Path(__file__).with_name("words.toml")


class Status(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a lawyer has compared the figures with the texts in force, who, and on which day (`2026-11-28`)."""

    verified: bool
    confirmed_by: str
    confirmed_on: str


class Payment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Terms of payment; `merit_steps`: where in the band of an ordinary hazard a sum may lie, 0 to 1."""

    collect_within_days: int
    decide_within_work_days: int
    merit_steps: tuple[float, ...]


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Least and most yuan."""

    floor_yuan: int
    cap_yuan: int

    def band(self) -> Band:
        """As the rules take it."""
        return Band(self.floor_yuan, self.cap_yuan)


class RuleRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The measures of a region for reports received from `first` to `last`, both included; no `last`: until now."""

    code: str
    zh: str
    en: str
    region: str
    first: date
    confidence: Literal["A", "B", "C"]
    share: float
    insider_share: float
    insider_beyond_cap: bool
    per_death_cap_yuan: int
    major: Span
    ordinary: Span | None = None
    bands: dict[str, Span] = {}
    last: date | None = None


class Grade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From so many deaths on: yuan for each."""

    deaths: int
    yuan: int


class BudgetLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the budget from which rewards are paid: the code of its subject, its name in both languages."""

    code: str
    zh: str
    en: str


class RewardPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`policy.toml`."""

    status: Status
    payment: Payment
    rule: tuple[RuleRow, ...]
    grade: tuple[Grade, ...]
    budget_line: tuple[BudgetLine, ...] = ()

    def rules(self) -> list[Rule]:
        """Its rules, as the kernel takes them."""
        per_death = {grade.deaths: grade.yuan for grade in self.grade}
        return [_rule(row, per_death) for row in self.rule]


def _rule(row: RuleRow, per_death: Mapping[int, int]) -> Rule:
    return Rule(
        code=row.code,
        region=row.region,
        first=row.first,
        last=row.last,
        share=Decimal(str(row.share)),
        major=row.major.band(),
        ordinary=row.ordinary.band() if row.ordinary else None,
        per_death_yuan=per_death,
        per_death_cap_yuan=row.per_death_cap_yuan,
        insider_share=Decimal(str(row.insider_share)),
        insider_beyond_cap=row.insider_beyond_cap,
        bands={name: span.band() for name, span in row.bands.items()},
    )


def _check(policy: RewardPolicy, source: str) -> None:
    """ValueError names the row that makes no sense."""
    for row in policy.rule:
        spans = {"major": row.major, "ordinary": row.ordinary, **{f"bands.{name}": span for name, span in row.bands.items()}}
        for name, span in spans.items():
            if span is not None and not 0 <= span.floor_yuan <= span.cap_yuan:
                raise ValueError(f"{source}: rule {row.code}: {name} must run from a floor up to a cap")
        if row.last is not None and row.last < row.first:
            raise ValueError(f"{source}: rule {row.code} ends before it begins")
        if not (0 < row.share <= 1 and 0 <= row.insider_share <= 1):
            raise ValueError(f"{source}: rule {row.code}: share lies above 0 and up to 1, insider_share from 0 to 1")
    if len({row.code for row in policy.rule}) < len(policy.rule):
        raise ValueError(f"{source}: a code of [[rule]] stands twice")
    if len({row.code for row in policy.budget_line}) < len(policy.budget_line):
        raise ValueError(f"{source}: a code of [[budget_line]] stands twice")
    if min((grade.deaths for grade in policy.grade), default=0) != 1:
        raise ValueError(f"{source}: [[grade]] must begin with one death")
    if policy.status.verified and not (policy.status.confirmed_by and policy.status.confirmed_on):
        raise ValueError(f"{source}: [status] verified = true needs confirmed_by and confirmed_on")


REWARDS = PolicyFile(
    "mobilisation.rewards", FILE, reader(RewardPolicy, _check), "举报奖励", "Rewards for reports", items="rule", by_day=True
)


def reward_policy() -> RewardPolicy:
    """The rules of rewards in force; which of them holds for a report its own day of receipt and region say."""
    return REWARDS.current()


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One word or sentence in both languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Chinese for `zh`, else English."""
        return self.zh if language == "zh" else self.en


def _apart(figures: Mapping[str, str]) -> dict[str, str]:
    """Whole numbers with their thousands apart."""
    return {name: f"{int(value):,}" if value.isdecimal() else value for name, value in figures.items()}


class RewardWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`words.toml`."""

    reason: dict[str, Word]
    verdict: dict[str, Word]
    head: dict[str, Word]
    unverified: dict[str, Word]

    def sentence(self, because: Iterable[Because], language: str) -> str:
        """Why, in one line."""
        told = [self.reason[one.reason].in_language(language).format(**_apart(one.figures)) for one in because]
        return ("；" if language == "zh" else "; ").join(told)


@cache
def reward_words() -> RewardWords:
    """The shipped words."""
    return read_policy(WORDS.read_bytes(), RewardWords, str(WORDS))
