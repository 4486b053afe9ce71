"""Reports of danger to life, for the duty desk, which has them as cases of the same number."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules.states import OPEN


@dataclass(frozen=True)
class Danger:
    """What the duty desk needs of it: the matter, never who told."""

    id: UUID
    number: str
    region_code: str
    level: AlarmLevel
    kind: str
    trade: str
    place: str
    lon: float | None
    lat: float | None
    text: str
    received_at: datetime


def dangers_without_case(most: int) -> list[Danger]:
    """Open reports of danger to life that the duty desk does not have yet, the oldest first; one that went into another has its
    case there.
    """
    open_states = [one.value for one in OPEN]
    found = HazardReport.objects.filter(danger=True, case_number="", merged_into=None, state__in=open_states)
    return [_danger(one) for one in found.order_by("received_at")[:most]]


def _danger(report: HazardReport) -> Danger:
    return Danger(
        id=report.pk,
        number=report.number,
        region_code=report.region_code,
        level=AlarmLevel[report_policy(report.region_code).danger_level.upper()],
        kind=report.kind,
        trade=report.trade,
        place=" ".join(filter(None, (report.firm, report.place))),
        lon=report.lon,
        lat=report.lat,
        text=report.text,
        received_at=report.received_at,
    )
