"""A unit with its grade, line by line, and what it holds, for pages and programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from ninja import Field, Schema

from tocsin.hazchem.installations.policy.plants import plants
from tocsin.hazchem.installations.queries.readings import Reading, TankPicture
from tocsin.hazchem.installations.queries.registration import assessment_of, filing_of
from tocsin.hazchem.installations.rules.registration import AssessmentState, FilingState, assessed_until
from tocsin.hazchem.installations.shown.names import (
    AREA_NAMES,
    ASSESSMENT_NAMES,
    EQUIPMENT_NAMES,
    FILING_NAMES,
    GRADE_COLOURS,
    GRADE_NAMES,
    INTERLOCK_NAMES,
    NOTE_NAMES,
    POINT_NAMES,
    STANDING_COLOURS,
    STANDING_NAMES,
    UNIT_NAMES,
)
from tocsin.screens.clock import current_time
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from tocsin.engine.major_hazard import Assessment, Line
    from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantJoint, PlantPoint, PlantUnit


class PlantUnitOut(Schema):
    """A unit of a plant with the grade it has."""

    id: UUID
    object_id: UUID
    firm: str
    name: str
    kind: str = Field(description="production or storage")
    kind_name: str
    area: str
    area_name: str
    people: int | None = Field(description="permanently within 500 m outside the site's limit; null: nobody has counted")
    lon: float | None
    lat: float | None
    outline: list[tuple[float, float]]
    s: float = Field(description="Σ q/Q by design; at least 1: a major hazard")
    r: float
    grade: str = Field(description="I to IV by design; empty: no major hazard")
    grade_name: str
    s_now: float | None = Field(description="the same by what is there now; null while nothing is measured")
    r_now: float | None
    grade_now: str
    grade_now_name: str
    graded_at: datetime | None
    problem: str = Field(description="why it can't be graded")
    filing_number: str
    filed_on: date | None
    filed_grade: str = Field(description="the grade that was filed")
    assessed_on: date | None
    assess_until: date | None = Field(description="the last day of its assessment; null for no major hazard, or none yet")
    assessment: AssessmentState
    assessment_name: str
    filing: FilingState
    filing_name: str
    file_until: date | None = Field(description="by when an assessed major hazard is filed; null where it is, or is not assessed")
    assessment_missing: bool = Field(description="a major hazard that nobody has assessed, or not in time")
    css: OnPages[str]
    css_now: OnPages[str]


class HazardLineOut(Schema):
    """One substance of a unit and what it adds."""

    substance: str
    cas: str
    table: int | None = Field(description="1: named; 2: by class; null: none of the dangers of the standard")
    row: str = Field(description="number or symbol of the row it counts by")
    critical_t: float | None
    beta: float | None
    design_t: float
    present_t: float | None
    share: float = Field(description="q/Q")
    weighted: float = Field(description="β·q/Q")
    share_now: float
    notes: list[str]


class HeldSubstanceOut(Schema):
    """A substance in equipment."""

    id: UUID
    substance: str
    cas: str
    classes: list[str] | None = Field(description="of table 2 of GB 18218; null: nobody has classified it")
    content_percent: float | None
    mixture_of: str
    density_kg_m3: float | None
    design_t: float
    present_t: float | None
    present_at: datetime | None
    present_from: str = Field(description="level, person, or empty")


class PlantPointOut(Schema):
    """A point with what it says now."""

    id: UUID
    tag: str
    kind: str
    kind_name: str
    sensor_id: UUID | None
    value: float | None
    unit: str
    quantity: str
    at: datetime | None
    fresh: bool
    low_low: float | None
    low: float | None
    high: float | None
    high_high: float | None
    standing: str = Field(description="the gravest limit that is reached: high_high, low_low, high, low, or empty")
    standing_name: str
    interlock: str
    interlock_name: str
    bypass_until: datetime | None
    bypass_reason: str
    css: OnPages[str]


@dataclass(frozen=True)
class DrawnLimit:
    """A limit as a line of the tank's picture, in the units of its view box."""

    name: str
    css: str
    y: float
    text_y: float


class PlantTankOut(Schema):
    """A tank as it stands; shares of its height and volume."""

    level: float
    low_low: float
    low: float
    high: float
    high_high: float
    filled: float = Field(description="share of the volume")
    inflow_m3_h: float | None
    full_in_h: float | None = Field(description="until HH at the inflow of now; null: never, or unknown")
    full_soon: bool
    too_full: bool = Field(description="liquefied gas above the share of the volume that the policy allows")
    tonnes: float | None
    standing: str
    at: datetime
    fresh: bool
    css: OnPages[str]
    surface_y: OnPages[float]
    limits: OnPages[list[DrawnLimit]]


class PlantEquipmentOut(Schema):
    """A piece of equipment with all that hangs on it."""

    id: UUID
    tag: str
    name: str
    kind: str
    kind_name: str
    shape: str
    volume_m3: float | None
    height_m: float | None
    liquefied: bool
    bund: str
    building: str
    lon: float | None
    lat: float | None
    out_since: datetime | None = Field(description="out of service since then; null: in service")
    out_until: datetime | None
    out_reason: str
    held: list[HeldSubstanceOut]
    points: list[PlantPointOut]
    tank: PlantTankOut | None


class PlantJointOut(Schema):
    """A pipe between two pieces of equipment."""

    id: UUID
    source_id: UUID
    target_id: UUID
    source: str
    target: str
    source_unit: str
    target_unit: str
    tag: str
    isolating: bool = Field(description="a valve on it can part the two in an emergency")


class UnitGradingOut(Schema):
    """How a unit was graded when that changed."""

    at: datetime
    s: float
    r: float
    grade: str
    s_now: float | None
    r_now: float | None
    grade_now: str
    by: str


def describe_unit(unit: "PlantUnit") -> PlantUnitOut:
    """One unit; its firm is loaded."""
    assessment = assessment_of(unit, timezone.localtime(current_time()).date())
    missing = assessment in (AssessmentState.MISSING, AssessmentState.OVER)
    filing = filing_of(unit)
    own: dict[str, Any] = {
        name: getattr(unit, name)
        for name in (
            *("object_id", "name", "kind", "area", "people", "lon", "lat", "outline", "s", "r", "grade", "s_now", "r_now"),
            *("grade_now", "graded_at", "problem", "filing_number", "filed_on", "filed_grade", "assessed_on"),
        )
    }
    return PlantUnitOut(
        id=unit.pk,
        firm=unit.object.name,
        kind_name=str(UNIT_NAMES[unit.kind]),
        area_name=str(AREA_NAMES[unit.area]) if unit.area else "",
        grade_name=str(GRADE_NAMES[unit.grade]),
        grade_now_name="" if unit.s_now is None else str(GRADE_NAMES[unit.grade_now]),
        assess_until=assess_until(unit),
        assessment=assessment,
        assessment_name=str(ASSESSMENT_NAMES[assessment]),
        assessment_missing=missing,
        filing=filing,
        filing_name=str(FILING_NAMES[filing]),
        file_until=file_until(unit),
        css=GRADE_COLOURS[unit.grade],
        css_now=GRADE_COLOURS[unit.grade_now],
        **own,
    )


def assess_until(unit: "PlantUnit") -> date | None:
    """The last day of a major hazard's assessment."""
    if not unit.grade or unit.assessed_on is None:
        return None
    return assessed_until(unit.assessed_on, plants().assess_every_years)


def file_until(unit: "PlantUnit") -> date | None:
    """The day by which an assessed major hazard is filed, None where it is, or where nobody has assessed it."""
    if filing_of(unit) not in (FilingState.MISSING, FilingState.OUTDATED) or unit.assessed_on is None:
        return None
    return unit.assessed_on + timedelta(days=plants().file_within_days)


def describe_lines(assessment: "Assessment | None") -> list[HazardLineOut]:
    """Each substance of a unit, the one that adds most first."""
    lines = assessment.lines if assessment else ()
    return [_line(line) for line in sorted(lines, key=lambda one: (-one.weighted, one.held.substance))]


def _line(line: "Line") -> HazardLineOut:
    return HazardLineOut(
        substance=line.held.substance,
        cas=line.held.cas,
        table=line.weight.table,
        row=line.weight.label,
        critical_t=line.weight.critical_t,
        beta=line.weight.beta,
        design_t=line.held.design_t,
        present_t=line.held.present_t,
        share=float(line.share),
        weighted=float(line.weighted),
        share_now=float(line.share_now),
        notes=[str(NOTE_NAMES[note]) for note in line.weight.notes],
    )


def describe_equipment(
    equipment: "PlantEquipment",
    held: "Iterable[HeldSubstance]",
    readings: Mapping[UUID, Reading],
    picture: TankPicture | None,
) -> PlantEquipmentOut:
    """One piece of equipment; its points are loaded."""
    fields = (
        *("tag", "name", "kind", "shape", "volume_m3", "height_m", "liquefied", "bund", "building", "lon", "lat"),
        *("out_since", "out_until", "out_reason"),
    )
    own: dict[str, Any] = {name: getattr(equipment, name) for name in fields}
    return PlantEquipmentOut(
        id=equipment.pk,
        kind_name=str(EQUIPMENT_NAMES[equipment.kind]),
        held=[HeldSubstanceOut.from_orm(one) for one in held],
        points=[describe_point(one, readings[one.pk]) for one in equipment.points.all()],
        tank=_tank(picture, equipment.shape) if picture else None,
        **own,
    )


def describe_point(point: "PlantPoint", reading: Reading) -> PlantPointOut:
    """One point with what it says."""
    bypassed = {"bypassed": "orange", "failed": "red"}.get(point.interlock, "good")
    fields = ("tag", "kind", "sensor_id", "low_low", "low", "high", "high_high", "interlock", "bypass_until", "bypass_reason")
    own: dict[str, Any] = {name: getattr(point, name) for name in fields}
    return PlantPointOut(
        id=point.pk,
        kind_name=str(POINT_NAMES[point.kind]),
        value=reading.value,
        unit=reading.unit,
        quantity=reading.quantity,
        at=reading.at,
        fresh=reading.fresh,
        standing=reading.standing,
        standing_name=str(STANDING_NAMES[reading.standing]) if reading.value is not None else "",
        interlock_name=str(INTERLOCK_NAMES[point.interlock]) if point.interlock else "",
        css=bypassed if point.interlock else STANDING_COLOURS[reading.standing] if reading.value is not None else "",
        **own,
    )


def describe_joint(joint: "PlantJoint") -> PlantJointOut:
    """One pipe; its ends with their units are loaded."""
    return PlantJointOut(
        id=joint.pk,
        source_id=joint.source_id,
        target_id=joint.target_id,
        source=joint.source.tag,
        target=joint.target.tag,
        source_unit=joint.source.unit.name,
        target_unit=joint.target.unit.name,
        tag=joint.tag,
        isolating=joint.isolating,
    )


def describe_grading(row: Any) -> UnitGradingOut:
    """One row of a unit's history of grades."""
    by = str(row.by) if row.by is not None else ""
    fields = ("at", "s", "r", "grade", "s_now", "r_now", "grade_now")
    return UnitGradingOut(by=by, **{name: getattr(row, name) for name in fields})


_TOP_AND_HEIGHT = {"sphere": (26.0, 80.0), "horizontal": (36.0, 60.0), "vertical": (10.0, 112.0)}
_APART = 11.0  # between the names of two limits


def _tank(picture: TankPicture, shape: str) -> PlantTankOut:
    css = "red" if picture.too_full else STANDING_COLOURS[picture.standing]
    top, height = _TOP_AND_HEIGHT[shape]

    def y_of(share: float) -> float:
        return round(top + height * (1 - min(max(share, 0.0), 1.0)), 1)

    limits, lowest = [], -_APART
    for name, css_of, share in (
        ("HH", "red", picture.high_high),
        ("H", "orange", picture.high),
        ("L", "orange", picture.low),
        ("LL", "red", picture.low_low),
    ):
        y = y_of(share)
        lowest = max(y + 4, lowest + _APART)
        limits.append(DrawnLimit(name, css_of, y, round(lowest, 1)))
    return PlantTankOut(css=css if picture.fresh else "", surface_y=y_of(picture.level), limits=limits, **vars(picture))
