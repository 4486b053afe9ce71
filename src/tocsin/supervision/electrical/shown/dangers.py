"""Watched places of a firm and what waits about them, for people and programs."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.work.danger import DangerKind, DangerVerdict
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.electrical.queries import to_answer, unanswered
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.rules.electrical import PointKind
from tocsin.supervision.work.shown.power import DANGER_NAMES, DANGER_UNITS, DANGER_VERDICTS

if TYPE_CHECKING:
    from tocsin.supervision.work.models import ElectricalDanger, ElectricalPoint

KIND_NAMES: Final[dict[PointKind, Promise]] = {
    PointKind.FEEDER: pgettext_lazy("watched place", "feeder (phase currents)"),
    PointKind.RESIDUAL: pgettext_lazy("watched place", "residual current"),
    PointKind.JOINT: pgettext_lazy("watched place", "joint temperature"),
}


class ElectricalPointOut(Schema):
    id: UUID
    object_id: UUID
    kind: str
    name: str
    rated_a: float | None
    limit: float | None = Field(description="of its own, in mA or °C; none: as policy says")

    @property
    def kind_name(self) -> str:
        """What is measured there, in words."""
        return str(KIND_NAMES[PointKind(self.kind)])


class ElectricalDangerOut(Schema):
    """How one quantity at a watched place stood when it was last looked at, and what the firm answered."""

    id: UUID
    point_id: UUID
    place: str
    kind: str
    kind_name: str
    verdict: str
    verdict_name: str
    value: float | None
    limit: float | None
    unit: str
    hours_to_limit: float | None
    since: datetime
    judged_at: datetime
    answer_due_at: datetime | None = Field(description="from the delivery of the notice")
    answered_at: datetime | None
    answered_by: str
    answer: str
    ringing: bool

    @property
    def css(self) -> str:
        """How a page marks the verdict."""
        return DANGER_VERDICTS[DangerVerdict(self.verdict)][1]


def describe_point(point: "ElectricalPoint") -> ElectricalPointOut:
    """One watched place."""
    return ElectricalPointOut.model_validate(point, from_attributes=True)


def describe_danger_row(row: "ElectricalDanger") -> ElectricalDangerOut:
    """One danger as it was last judged; its place and who answered are loaded."""
    kind, verdict = DangerKind(row.kind), DangerVerdict(row.verdict)
    unit = DANGER_UNITS.get(kind, "%")
    scale = 100.0 if unit == "%" else 1.0
    return ElectricalDangerOut(
        id=row.pk,
        point_id=row.point_id,
        place=row.point.name,
        kind=row.kind,
        kind_name=str(DANGER_NAMES[kind]),
        verdict=row.verdict,
        verdict_name=str(DANGER_VERDICTS[verdict][0]),
        value=None if row.value is None else round(row.value * scale, 1),
        limit=None if row.limit is None else round(row.limit * scale, 1),
        unit=unit,
        hours_to_limit=row.hours_to_limit,
        since=row.since,
        judged_at=row.judged_at,
        answer_due_at=row.answer_due_at,
        answered_at=row.answered_at,
        answered_by=str(row.answered_by) if row.answered_by is not None else "",
        answer=row.answer,
        ringing=verdict in (DangerVerdict.NEARING, DangerVerdict.BEYOND),
    )


def _tell(row: "ElectricalDanger") -> Waiting:
    about = listed(row.point.object.name, row.point.name, str(DANGER_NAMES[DangerKind(row.kind)]))
    return Waiting(about, reverse("electrical_of_firm", args=[row.point.object_id]), row.since, row.answer_due_at)


WAITING: Final = (
    WaitingKind(
        "electrical_danger",
        pgettext_lazy("what waits", "Electrical danger: answer"),
        (rights.OWN,),
        found=to_answer,
        tell=_tell,
    ),
    WaitingKind(
        "electrical_unanswered",
        pgettext_lazy("what waits", "Electrical danger that the firm has not answered"),
        (rights.INSPECT,),
        found=unanswered,
        tell=_tell,
    ),
)
