"""Dynamic risks with their reasons and what would lower them, for pages and programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.base.decoding import convert
from tocsin.hazchem.prevention.policy.dynamic_risk import dynamic_risk
from tocsin.hazchem.prevention.rules.dynamic import RiskFactor, RiskLine
from tocsin.screens.geojson import Feature, point
from tocsin.screens.shapes import OnPages
from tocsin.supervision.face import region_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tocsin.hazchem.prevention.models import DynamicRisk, DynamicRiskStep
    from tocsin.hazchem.prevention.queries.dynamic import AreaStanding

FACTOR_NAMES: Final[dict[RiskFactor, Promise]] = {
    RiskFactor.ALARMS: pgettext_lazy("what raises a risk", "alarms that nobody has acknowledged"),
    RiskFactor.PERMITS: pgettext_lazy("what raises a risk", "special operations that go on"),
    RiskFactor.BYPASSES: pgettext_lazy("what raises a risk", "interlocks bypassed or failed"),
    RiskFactor.FAILED: pgettext_lazy("what raises a risk", "measures that failed"),
    RiskFactor.OVERDUE: pgettext_lazy("what raises a risk", "checks that are overdue"),
    RiskFactor.COMMITMENT: pgettext_lazy("what raises a risk", "today's safety commitment is missing"),
    RiskFactor.HEAT: pgettext_lazy("what raises a risk", "degrees of heat"),
}
REMEDIES: Final[dict[RiskFactor, Promise]] = {
    RiskFactor.ALARMS: pgettext_lazy("what lowers a risk", "acknowledge the alarms and act on them"),
    RiskFactor.PERMITS: pgettext_lazy("what lowers a risk", "close or stop works that need not go on now"),
    RiskFactor.BYPASSES: pgettext_lazy("what lowers a risk", "put the interlocks back in use"),
    RiskFactor.FAILED: pgettext_lazy("what lowers a risk", "rectify and close the hidden dangers of these measures"),
    RiskFactor.OVERDUE: pgettext_lazy("what lowers a risk", "make the overdue checks"),
    RiskFactor.COMMITMENT: pgettext_lazy("what lowers a risk", "sign today's commitment"),
    RiskFactor.HEAT: pgettext_lazy("what lowers a risk", "put off works in the heat, cool tanks"),
}
DYNAMIC_NAMES: Final[dict[str, Promise]] = {
    "red": pgettext_lazy("dynamic risk", "red"),
    "orange": pgettext_lazy("dynamic risk", "orange"),
    "yellow": pgettext_lazy("dynamic risk", "yellow"),
    "blue": pgettext_lazy("dynamic risk", "blue"),
}
WIDTH: Final = 1000
HEIGHT: Final = 160


class DynamicRiskLineOut(Schema):
    """One factor of a dynamic risk."""

    factor: RiskFactor
    factor_name: str
    count: float
    share: float = Field(description="0 to 1; 1: the count at which it is whole")
    drop: float = Field(description="by how much the value would fall without it")
    remedy: str
    address: OnPages[str]


class DynamicRiskOut(Schema):
    """The dynamic risk of a unit, or of a whole firm, now."""

    id: UUID
    object_id: UUID
    firm: str
    plant_unit_id: UUID | None = Field(description="null: the whole firm")
    unit: str
    region_code: str
    region: str
    town_code: str
    static: float = Field(description="share of what it is by itself, 0 to 1")
    value: float = Field(description="0 to 100")
    colour: str = Field(description="red, orange, yellow or blue")
    colour_name: str
    since: datetime = Field(description="since when it has this colour")
    at: datetime
    lines: list[DynamicRiskLineOut] = Field(description="the greatest drop first")


class DynamicRiskStepOut(Schema):
    """A step of the history."""

    at: datetime
    value: float
    colour: str
    lines: list[DynamicRiskLineOut]


class AreaRiskOut(Schema):
    """A county, street or park by the dynamic risks of its firms."""

    code: str
    name: str
    value: float
    colour: str
    colour_name: str
    firms: int
    red: int
    orange: int


def describe_risk(one: "DynamicRisk") -> DynamicRiskOut:
    """One risk; its firm and unit are loaded."""
    return DynamicRiskOut(
        id=one.pk,
        object_id=one.object_id,
        firm=one.object.name,
        plant_unit_id=one.unit_id,
        unit=one.unit.name if one.unit is not None else "",
        region_code=one.region_code,
        region=region_name(one.region_code),
        town_code=one.town_code,
        static=one.static,
        value=one.value,
        colour=one.colour,
        colour_name=str(DYNAMIC_NAMES[one.colour]),
        since=one.since,
        at=one.at,
        lines=describe_lines(one.lines, one.object_id, one.unit_id),
    )


def describe_step(step: "DynamicRiskStep", risk: "DynamicRisk") -> DynamicRiskStepOut:
    """One step of a risk's history."""
    lines = describe_lines(step.lines, risk.object_id, risk.unit_id)
    return DynamicRiskStepOut(at=step.at, value=step.value, colour=step.colour, lines=lines)


def describe_area(one: "AreaStanding") -> AreaRiskOut:
    """One area."""
    return AreaRiskOut(**vars(one), name=region_name(one.code), colour_name=str(DYNAMIC_NAMES[one.colour]))


def describe_lines(lines: object, firm_id: UUID, unit_id: UUID | None) -> list[DynamicRiskLineOut]:
    """The lines of a risk as they are kept, with where somebody acts upon them."""
    return [
        DynamicRiskLineOut(
            factor=one.factor,
            factor_name=str(FACTOR_NAMES[one.factor]),
            count=one.count,
            share=one.share,
            drop=one.drop,
            remedy=str(REMEDIES[one.factor]),
            address=_address(one.factor, firm_id, unit_id),
        )
        for one in convert(lines, list[RiskLine])
    ]


def _address(factor: RiskFactor, firm_id: UUID, unit_id: UUID | None) -> str:
    match factor:
        case RiskFactor.PERMITS:
            return f"{reverse('work_permits')}?which=running" + (f"&plant_unit={unit_id}" if unit_id else "")
        case RiskFactor.FAILED:
            return f"{reverse('risk_events')}?which=failed&firm={firm_id}"
        case RiskFactor.OVERDUE:
            return f"{reverse('risk_checks')}?which=overdue"
        case RiskFactor.COMMITMENT:
            return reverse("safety_commitments_of", args=[firm_id])
        case RiskFactor.ALARMS | RiskFactor.BYPASSES | RiskFactor.HEAT:
            return reverse("plant_unit", args=[unit_id]) if unit_id else reverse("supervised_object", args=[firm_id])


@dataclass(frozen=True)
class RiskBand:
    """A colour's band of the picture."""

    colour: str
    y: float
    height: float


@dataclass(frozen=True)
class RiskTrend:
    """Values over time in the units of the picture; `line`: its points as SVG writes them."""

    line: str
    bands: list[RiskBand]
    first: datetime
    last: datetime
    width: int = WIDTH
    height: int = HEIGHT


def trend_of(points: "Sequence[tuple[datetime, float]]", until: datetime) -> RiskTrend | None:
    """Values that hold from their moment on, up to `until`; None for fewer than one."""
    if not points:
        return None
    limits = dynamic_risk().limits
    begin, end = points[0][0], max(until, points[-1][0])
    whole = max((end - begin).total_seconds(), 1.0)

    def at(moment: datetime) -> float:
        return round(WIDTH * (moment - begin).total_seconds() / whole, 1)

    corners = []
    for number, (moment, value) in enumerate(points):
        y = round(HEIGHT * (1 - value / 100), 1)
        after = points[number + 1][0] if number + 1 < len(points) else end
        corners += [f"{at(moment)},{y}", f"{at(after)},{y}"]
    edges = (("blue", 0.0, limits.yellow), ("yellow", limits.yellow, limits.orange), ("orange", limits.orange, limits.red))
    bands = [
        RiskBand(colour, round(HEIGHT * (1 - high / 100), 1), round(HEIGHT * (high - low) / 100, 1))
        for colour, low, high in (*edges, ("red", limits.red, 100.0))
    ]
    return RiskTrend(" ".join(corners), bands, begin, end)


def risk_features(risks: "Iterable[DynamicRisk]") -> list[Feature]:
    """GeoJSON points of units in the colour of their dynamic risk; firms and units are loaded."""
    return [
        point(
            one.unit.lon,
            one.unit.lat,
            name=one.unit.name,
            words=" · ".join((one.object.name, str(DYNAMIC_NAMES[one.colour]), f"{one.value:.0f}")),
            url=reverse("dynamic_risk_of", args=[one.object_id]),
            shape=one.colour,
        )
        for one in risks
        if one.unit is not None
    ]
