"""`policy.toml` as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.levels import LevelName
from tocsin.base.policy import PolicyFile, reader
from tocsin.mobilisation.public_warnings.rules.cap.message import Category, Certainty, ResponseType, Severity, Urgency
from tocsin.screens.budgets.buckets import Rate

FILE = Path(__file__).with_name("policy.toml")
Hours = Annotated[int, msgspec.Meta(ge=1, le=24 * 30)]
Language = Literal["zh", "en"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages."""

    zh: str
    en: str


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What people do at these levels."""

    levels: tuple[LevelName, ...]
    zh: str
    en: str


class Kind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of warning with the first words of a draft."""

    zh: str
    en: str
    category: Category
    code: str
    caution: Words
    measures: tuple[Measure, ...]

    def measures_at(self, level: str) -> Words:
        """What people do at that level, one sentence behind the other."""
        rows = [row for row in self.measures if level in row.levels]
        return Words("".join(row.zh for row in rows), " ".join(row.en for row in rows))


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What CAP says of a colour."""

    severity: Severity
    urgency: Urgency
    certainty: Certainty
    response: tuple[ResponseType, ...]


class SignUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What strangers may ask for who want to be told."""

    work_bits: Annotated[int, msgspec.Meta(ge=0, le=24)]
    most_towns: Annotated[int, msgspec.Meta(ge=1, le=50)]
    code_minutes: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
    code_tries: Annotated[int, msgspec.Meta(ge=1, le=20)]
    codes_of_address_h: Annotated[int, msgspec.Meta(ge=1, le=20)]
    codes_h: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    of_network: Rate


class Doors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is asked to knock on doors, and what follows when somebody behind one needs help."""

    help_case: tuple[LevelName, ...]
    help_level: LevelName
    volunteers: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    skills: tuple[str, ...]


class WarningPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    sender: Annotated[str, msgspec.Meta(pattern=r"^[^\s,<&]+$")]
    two_persons: tuple[LevelName, ...]
    all_clear_by_two: tuple[LevelName, ...]
    longest_h: Hours
    furthest_onset_h: Hours
    default_h: Hours
    texts_at_least: tuple[Language, ...]
    lead_min: Annotated[int, msgspec.Meta(ge=0, le=24 * 60)]
    silent_after_min: Annotated[int, msgspec.Meta(ge=1, le=24 * 60)]
    silent_share: Annotated[float, msgspec.Meta(ge=0, le=1)]
    sendings_at_once: Annotated[int, msgspec.Meta(ge=1, le=256)]
    attempts: Annotated[int, msgspec.Meta(ge=1, le=100)]
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3660)]
    retry_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)]
    sign_up: SignUp
    doors: Doors
    level: dict[LevelName, Level]
    kind: dict[str, Kind]


def _check(policy: WarningPolicy, source: str) -> None:
    lacking = {"red", "orange", "yellow", "blue"} - set(policy.level)
    if lacking:
        raise ValueError(f"{source}: level lacks {', '.join(sorted(lacking))}")
    if not policy.texts_at_least:
        raise ValueError(f"{source}: texts_at_least names no language")
    if not policy.kind:
        raise ValueError(f"{source}: kind names none")


PUBLIC_WARNINGS = PolicyFile(
    "mobilisation.public_warnings", FILE, reader(WarningPolicy, _check), "公众预警", "Public warnings", regions=True
)


def warning_policy(region_code: str) -> WarningPolicy:
    """The policy in force in a county."""
    return PUBLIC_WARNINGS.current(region=region_code)
