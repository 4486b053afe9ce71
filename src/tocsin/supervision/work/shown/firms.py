"""Whether firms work, their meters and their evidence as people and programs read them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.work.decision import Decision, Reason
from tocsin.engine.work.firm import OrderKind, Source, WorkState
from tocsin.screens.geojson import Feature, point
from tocsin.supervision.evidence.shown import level_name, source_name
from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.platforms.policy import usual_lateness
from tocsin.supervision.stops.shown.stops import ORDER_NAMES
from tocsin.supervision.work.queries.board import EPISODE
from tocsin.supervision.work.shown.names import (
    DECISION_CLASSES,
    DECISION_NAMES,
    REASON_NAMES,
    decision_name,
    kind_name,
    state_name,
)
from tocsin.supervision.work.shown.votes import WorkVoteOut, describe_vote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.supervision.evidence.models import EvidenceRecord
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.work.models import WorkVerdict


class WorkOut(Schema):
    """Whether a firm is working, by its last verdict."""

    object_id: UUID
    object: str
    trade: str
    region_code: str
    at: datetime
    p_working: float | None = Field(description="none: cannot tell")
    decision: str
    decision_name: str
    reasons: list[str]
    votes: list[WorkVoteOut]
    conflict: list[str] = Field(description="statements of the firm that machines contradict")
    missing: list[str] = Field(description="silent sources that would help")

    @property
    def css(self) -> str:
        """How a page marks the decision."""
        return DECISION_CLASSES.get(Decision(self.decision), "")


def describe_verdict(verdict: "WorkVerdict") -> WorkOut:
    """Whether a firm works now; its object is loaded."""
    return WorkOut(
        object_id=verdict.object_id,
        object=verdict.object.name,
        trade=verdict.object.trade,
        region_code=verdict.object.region_code,
        at=verdict.at,
        p_working=verdict.p_working,
        decision=verdict.decision,
        decision_name=decision_name(verdict.decision),
        reasons=[str(REASON_NAMES[Reason(one)]) for one in verdict.reasons],
        conflict=[source_name(one) for one in verdict.conflict],
        votes=[describe_vote(one) for one in verdict.votes],
        missing=[source_name(one) for one in verdict.missing],
    )


def describe_verdict_of(supervised_object: "SupervisedObject") -> WorkOut | None:
    """The same of one firm for its page; None where it was never judged."""
    verdict: WorkVerdict | None = getattr(supervised_object, "work_verdict", None)
    return None if verdict is None else describe_verdict(verdict)


@dataclass(frozen=True)
class FirmLine:
    """One row of the board."""

    id: UUID
    code: str
    name: str
    trade_name: str
    stop: str
    stop_class: str
    p_working: float | None
    decision_name: str
    css: str
    yesterday: str
    open: int
    at: datetime | None


def describe_row(supervised_object: "SupervisedObject") -> FirmLine:
    """One row of the board; `supervised_object` as `work.queries.board.work_rows` annotates it."""
    verdict: WorkVerdict | None = getattr(supervised_object, "work_verdict", None)
    annotated: Any = supervised_object
    kind = annotated.stop_kind
    if annotated.open_kind:  # an open episode outranks what the last hour showed
        name, css = kind_name(annotated.open_kind), annotated.open_level
    else:
        name = decision_name(verdict.decision) if verdict else gettext("not judged yet")
        css = DECISION_CLASSES.get(Decision(verdict.decision), "") if verdict else ""
    return FirmLine(
        id=supervised_object.pk,
        code=supervised_object.code,
        name=supervised_object.name,
        trade_name=trade_name(supervised_object.trade),
        stop=str(ORDER_NAMES[OrderKind(kind)]) if kind else "",
        stop_class="red" if kind == OrderKind.ORDERED_STOP else "blue",
        p_working=verdict.p_working if verdict else None,
        decision_name=name,
        css=css,
        yesterday=state_name(annotated.state_yesterday) if annotated.state_yesterday else "",
        open=annotated.open_count,
        at=verdict.at if verdict else None,
    )


def feature_of(supervised_object: "SupervisedObject") -> Feature:
    """A firm as a point of the map, with the shape of what was decided of it."""
    row = describe_row(supervised_object)
    share = "" if row.p_working is None else f" · {100 * row.p_working:.0f} %"
    stop = f" · {row.stop}" if row.stop else ""
    return point(
        supervised_object.lon,
        supervised_object.lat,
        name=supervised_object.name,
        words=f"{row.decision_name}{share}{stop}",
        url=reverse("work_of_firm", args=[supervised_object.pk]),
        shape=row.css or "unknown",
    )


def map_texts() -> dict[str, str]:
    """What the map of objects says in words."""
    return {
        "map_failed": gettext("The map can't be shown just now; the table says the same."),
        "map_zoom": gettext("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": gettext("Move the map with two fingers"),
    }


OPEN_EPISODE: Final = pgettext_lazy("work", "open episode")


@dataclass(frozen=True)
class DecisionCount:
    """Of how many firms a decision was reached."""

    code: str
    name: str
    count: int
    css: str


def describe_counts(counts: dict[str, int]) -> list[DecisionCount]:
    """How many firms have an open episode, and of the others how many each decision was reached of, the gravest first."""
    waiting = DecisionCount(EPISODE, str(OPEN_EPISODE), counts.get(EPISODE, 0), "red")
    reached = [
        DecisionCount(code.value, str(name), counts.get(code.value, 0), DECISION_CLASSES.get(code, ""))
        for code, name in DECISION_NAMES.items()
    ]
    return [waiting, *reached]


@dataclass(frozen=True)
class EvidenceLine:
    """A record of a platform on a firm's page. `stale`: nothing newer came for as long as makes a platform late."""

    source_name: str
    level: str
    level_name: str
    told: str
    at: datetime
    stale: bool


def describe_evidence(rows: "Iterable[EvidenceRecord]", *, now: datetime) -> list[EvidenceLine]:
    """Records of platforms for a firm's page."""
    late = timedelta(hours=usual_lateness().late_h)
    return [
        EvidenceLine(
            source_name(row.source),
            row.level,
            level_name(row.level),
            told_value(row),
            row.stamped_at,
            now - row.stamped_at >= late,
        )
        for row in rows
    ]


def told_value(row: "EvidenceRecord") -> str:
    """What a record says: a statement and a visit in words, anything else with its unit."""
    if row.source in (Source.DECLARATION, Source.COMMITMENT):
        state = WorkState.FULL if row.value >= 1 else WorkState.PARTIAL if row.value > 0 else WorkState.STOPPED
        return state_name(state)
    if row.source == Source.INSPECTOR_VISIT:
        return gettext("production seen") if row.value else gettext("no production seen")
    unit = _UNITS.get(row.source, row.unit)
    return f"{row.value:g} {unit}".strip()


_UNITS: Final[dict[str, Promise]] = {
    Source.GATE_HEADCOUNT: pgettext_lazy("unit", "people"),
    Source.GAS_USE: pgettext_lazy("unit", "m³ a day"),
    Source.WATER_USE: pgettext_lazy("unit", "m³ a day"),
    Source.TRUCK_COUNT: pgettext_lazy("unit", "trucks a day"),
    Source.EMISSION_MONITOR: pgettext_lazy("unit", "Nm³/h"),
    Source.TANK_MOVEMENT: pgettext_lazy("unit", "t a day"),
    Source.PERMITS: pgettext_lazy("unit", "permits a day"),
    Source.VIDEO: pgettext_lazy("unit", "sightings in 6 h"),
    Source.PUBLIC_REPORT: pgettext_lazy("unit", "reports"),
}
