"""`inspections.toml`: limits of hidden dangers, weights of draws, where signs of gaming begin."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.rules.gaming import GamingFigures
from tocsin.supervision.objects.rules.register import CodeColour

FILE = Path(__file__).with_name("inspections.toml")


class Findings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days that a firm gets, and how often more."""

    ordinary_days: int
    major_days: int
    offered_days: int
    offered_major_days: int
    extensions: int
    extension_days: int
    remind_days: tuple[int, ...]
    accepted_days: int
    unserved_hours: float

    def most(self, grade: FindingGrade) -> int:
        """The longest limit of a grade."""
        return self.major_days if grade is FindingGrade.MAJOR else self.ordinary_days

    def offered(self, grade: FindingGrade) -> int:
        """The limit that forms offer."""
        return self.offered_major_days if grade is FindingGrade.MAJOR else self.offered_days


class Phone(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What inspectors' phones keep to begin an inspection without a network."""

    objects: int
    offline_days: int


class _Draw(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    inspectors: int
    most_objects: int
    weights: dict[CodeColour, float]


class _Gaming(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    bulk_entries: int
    bulk_within_min: float
    bulk_from_minute: int
    same_photo_bits: int
    same_photo_days: int
    travel_km_h: float
    travel_least_m: float
    look_back_hours: float


class InspectionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    findings: Findings
    phone: Phone
    draw: _Draw
    gaming: _Gaming

    @property
    def gaming_figures(self) -> GamingFigures:
        """The same as the rule wants them."""
        given = msgspec.structs.asdict(self.gaming)
        given.pop("look_back_hours")
        return GamingFigures(**given)


def _check(found: InspectionPolicy, source: str) -> None:
    missing = set(CodeColour) - set(found.draw.weights)
    if missing or min(found.draw.weights.values()) <= 0:
        raise ValueError(f"{source}: every colour has a weight above 0; look at {sorted(missing)}")


INSPECTIONS = PolicyFile(
    "supervision.inspections", FILE, reader(InspectionPolicy, _check), "检查与隐患", "Inspections and hidden dangers"
)


def inspection_policy() -> InspectionPolicy:
    """The policy in force."""
    return INSPECTIONS.current()
