"""`reports.toml` as frozen values: kinds, clocks, reasons of refusal, limits."""

from pathlib import Path
from typing import Literal

import msgspec
from django.utils.translation import get_language

from tocsin.base.levels import LevelName
from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.likeness import Weights
from tocsin.mobilisation.hazard_reports.rules.clocks import ClockFigures
from tocsin.mobilisation.hazard_reports.rules.small_groups import SmallGroup
from tocsin.screens.budgets.buckets import Rate

FILE = Path(__file__).with_name("reports.toml")


class Named(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row with its names and where they come from."""

    key: str
    zh: str
    en: str
    source: str
    confidence: Literal["A", "B", "C"]

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en


class Intake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What strangers may hand in, and how often."""

    least_signs: int
    most_signs: int
    most_photos: int
    work_bits: int
    of_address: Rate
    of_device: Rate


class Same(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When two reports may tell of one matter; weights of `engine.likeness`."""

    within_m: float
    within_days: int
    least: float
    place: float
    kind: float
    words: float
    picture: float
    shown: int

    @property
    def weights(self) -> Weights:
        """As the engine takes them."""
        return Weights(self.within_m, self.place, self.kind, self.words, self.picture)


class Photos(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a photo, and what is proposed to be made unreadable on it."""

    far_km: float


class ReportPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    status: Literal["unverified", "verified"]
    danger_level: LevelName
    clocks: ClockFigures
    intake: Intake
    same: Same
    photos: Photos
    small_group: SmallGroup
    kind: tuple[Named, ...]
    refusal: tuple[Named, ...]

    @property
    def kinds(self) -> dict[str, Named]:
        """By key."""
        return {one.key: one for one in self.kind}

    @property
    def refusals(self) -> dict[str, Named]:
        """By key."""
        return {one.key: one for one in self.refusal}


_MOST_BITS = 24


def _check(policy: ReportPolicy, source: str) -> None:
    for rows in (policy.kind, policy.refusal):
        keys = [one.key for one in rows]
        if not keys or len(set(keys)) != len(keys):
            raise ValueError(f"{source}: every kind and every reason of refusal stands once, and there is one of each")
    if not 0 <= policy.intake.work_bits <= _MOST_BITS:
        raise ValueError(f"{source}: work_bits lies in 0 to {_MOST_BITS}: each bit more doubles what a phone works")
    if not 0 < policy.clocks.soon_share < 1:
        raise ValueError(f"{source}: soon_share lies between 0 and 1")


REPORTS = PolicyFile(
    "mobilisation.reports", FILE, reader(ReportPolicy, _check), "群众举报", "Reports by the public", regions=True
)


def report_policy(region: str = "") -> ReportPolicy:
    """The policy in force in a region."""
    return REPORTS.current(region=region)


def kind_name(key: str) -> str:
    """The kind's name for the reader; the key itself of one that is no longer in the list."""
    found = report_policy().kinds.get(key)
    return found.name if found else key


def refusal_name(key: str) -> str:
    """The reason's name for the reader; the key itself of one that is no longer in the list."""
    found = report_policy().refusals.get(key)
    return found.name if found else key
