"""Words for people about curves of power and electrical danger."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.time import ms_from_datetime
from tocsin.engine.work.danger import DangerKind, DangerVerdict
from tocsin.engine.work.firm import OrderKind
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.stops.shown.stops import ORDER_NAMES
from tocsin.supervision.work.shown.names import kind_name, state_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from tocsin.supervision.stops.models import StopOrder
    from tocsin.supervision.work.models import ElectricalDanger, Episode
    from tocsin.supervision.work.queries.electrical import Judged
    from tocsin.supervision.work.queries.power import PowerCurve

DANGER_NAMES: Final[dict[DangerKind, Promise]] = {
    DangerKind.OVERLOAD: gettext_lazy("overload"),
    DangerKind.IMBALANCE: gettext_lazy("three-phase imbalance"),
    DangerKind.RESIDUAL_CURRENT: gettext_lazy("residual current"),
    DangerKind.HOT_JOINT: gettext_lazy("hot joint"),
}
DANGER_VERDICTS: Final[dict[DangerVerdict, tuple[Promise, str]]] = {
    DangerVerdict.BEYOND: (gettext_lazy("beyond the limit"), "red"),
    DangerVerdict.NEARING: (gettext_lazy("nearing the limit"), "orange"),
    DangerVerdict.HIGH: (gettext_lazy("high"), "yellow"),
    DangerVerdict.NORMAL: (pgettext_lazy("danger", "normal"), "good"),
    DangerVerdict.UNKNOWN: (pgettext_lazy("danger", "cannot tell"), ""),
}
DANGER_UNITS = {DangerKind.RESIDUAL_CURRENT: "mA", DangerKind.HOT_JOINT: "°C"}


class DangerOut(Schema):
    """One electrical danger at one place, by the way to its limit."""

    point_id: UUID
    place: str
    kind: str
    kind_name: str
    verdict: str = Field(description="beyond the limit, nearing the limit, high, normal or unknown")
    verdict_name: str
    value: float | None
    limit: float | None
    unit: str
    hours_to_limit: float | None = Field(description="if it goes on as it does; none where it does not get there")
    hours_low: float | None
    hours_high: float | None

    @property
    def css(self) -> str:
        """How a page marks the verdict."""
        return DANGER_VERDICTS[DangerVerdict(self.verdict)][1]


class RingingDangerOut(Schema):
    """A watched place that nears its limit or is beyond it."""

    object_id: UUID
    object: str
    point_id: UUID
    place: str
    kind: str
    kind_name: str
    verdict: str
    verdict_name: str
    hours_to_limit: float | None
    since: datetime
    judged_at: datetime

    @property
    def css(self) -> str:
        """How a page marks the verdict."""
        return DANGER_VERDICTS[DangerVerdict(self.verdict)][1]


class RingingLine(RingingDangerOut):
    """The same as pages show it: with the way to the limit not rounded."""

    seconds_to_limit: float | None


class DaySpanOut(Schema):
    """One day; times in Unix ms."""

    begin_ms: int
    end_ms: int
    state: str
    state_name: str
    p_working: float


class SpanOut(Schema):
    begin_ms: int
    end_ms: int
    kind: str
    name: str
    level: str = ""


class PowerOut(Schema):
    """Columns of quarter hours, mean power in kW."""

    ts: list[int]
    total_kw: list[float | None] = Field(description="grid connection; negative: fed into the grid")
    process_kw: list[float | None] = Field(description="what stands for production")
    expected_kw: list[float | None] = Field(description="of it on a producing day of that kind, at that hour")
    rests_on: list[str] = Field(description="codes of the meters that tell of production")
    days: list[DaySpanOut]
    stops: list[SpanOut]
    episodes: list[SpanOut]


def describe_curve(curve: "PowerCurve", visible: "Collection[UUID]", *, now: datetime) -> PowerOut:
    """A curve with everything on its axis, times in Unix ms; of episodes those in `visible`."""
    end_ms = ms_from_datetime(now)
    return PowerOut(
        ts=curve.ts.tolist(),
        total_kw=_known(curve.total_kw),
        process_kw=_known(curve.process_kw),
        expected_kw=_known(curve.expected_kw),
        rests_on=list(curve.rests_on),
        days=[
            DaySpanOut(
                begin_ms=_begin_ms(one.day),
                end_ms=_begin_ms(one.day + timedelta(days=1)),
                state=one.state,
                state_name=state_name(one.state),
                p_working=one.p_working,
            )
            for one in curve.days
        ],
        stops=[
            SpanOut(
                begin_ms=ms_from_datetime(max(one.served_at, moment_of(one.first, 0))) if one.served_at else _begin_ms(one.first),
                end_ms=_stop_end_ms(one, curve),
                kind=one.kind,
                name=f"{ORDER_NAMES[OrderKind(one.kind)]} {one.number}",
            )
            for one in curve.stops
            if one.served_at is not None or one.kind != OrderKind.ORDERED_STOP
        ],
        episodes=[
            SpanOut(
                begin_ms=ms_from_datetime(one.start_at),
                end_ms=ms_from_datetime(one.end_at) if one.end_at else end_ms,
                kind=one.kind,
                name=kind_name(one.kind),
                level=one.level,
            )
            for one in curve.episodes
            if one.pk in visible
        ],
    )


def describe_kept_curve(episode: "Episode", *, now: datetime) -> PowerOut:
    """The curve of an episode as it was decided on, with the orders as they stood then."""
    kept = episode.kept
    stops = [
        SpanOut(
            begin_ms=_kept_ms(one["served_at"]) or _begin_ms(date.fromisoformat(one["first"])),
            end_ms=_kept_ms(one["resumed_at"])
            or (_begin_ms(date.fromisoformat(one["last"]) + timedelta(days=1)) if one["last"] else ms_from_datetime(now)),
            kind=one["kind"],
            name=f"{ORDER_NAMES[OrderKind(one['kind'])]} {one['number']}",
        )
        for one in kept["orders"]
        if one["served_at"] or one["kind"] != OrderKind.ORDERED_STOP
    ]
    span = SpanOut(
        begin_ms=_kept_ms(kept["start"]),
        end_ms=_kept_ms(kept["end"]),
        kind=episode.kind,
        name=kind_name(episode.kind),
        level=episode.level,
    )
    return PowerOut(**kept["curve"], rests_on=[], days=[], stops=stops, episodes=[span])


def _kept_ms(moment: str) -> int:
    return ms_from_datetime(datetime.fromisoformat(moment)) if moment else 0


def _stop_end_ms(stop: "StopOrder", curve: "PowerCurve") -> int:
    """The moment from which work is allowed again, else behind its own last day, or the last that is shown."""
    if stop.resumed_at is not None:
        return ms_from_datetime(stop.resumed_at)
    return _begin_ms((stop.last or curve.last) + timedelta(days=1))


def _begin_ms(day: date) -> int:
    return ms_from_datetime(moment_of(day, 0))


def _known(column: "NDArray[np.float64]") -> list[float | None]:
    return [None if value != value else round(value, 2) for value in column.tolist()]


def describe_danger(judged: "Judged") -> DangerOut:
    """One danger at one place as plain values; shares in per cent."""
    danger = judged.danger
    unit = DANGER_UNITS.get(danger.kind, "%")
    scale = 100.0 if unit == "%" else 1.0
    limit = dict(danger.why).get("limit")
    verdict, _css = DANGER_VERDICTS[danger.verdict]
    return DangerOut(
        point_id=judged.point.pk,
        place=judged.point.name,
        kind=danger.kind.value,
        kind_name=str(DANGER_NAMES[danger.kind]),
        verdict=danger.verdict.value,
        verdict_name=str(verdict),
        value=None if danger.value != danger.value else round(danger.value * scale, 1),
        limit=None if limit is None else round(limit * scale, 1),
        unit=unit,
        hours_to_limit=None if danger.hours_to_limit == float("inf") else round(danger.hours_to_limit, 1),
        hours_low=None if danger.interval_h[0] == float("inf") else round(danger.interval_h[0], 1),
        hours_high=None if danger.interval_h[1] == float("inf") else round(danger.interval_h[1], 1),
    )


def describe_ringing(row: "ElectricalDanger") -> RingingLine:
    """A place that nears its limit or is beyond it, for lists of several firms; its place and firm are loaded."""
    kind = DangerKind(row.kind)
    verdict, _css = DANGER_VERDICTS[DangerVerdict(row.verdict)]
    return RingingLine(
        object_id=row.point.object_id,
        object=row.point.object.name,
        point_id=row.point_id,
        place=row.point.name,
        kind=row.kind,
        kind_name=str(DANGER_NAMES[kind]),
        verdict=row.verdict,
        verdict_name=str(verdict),
        hours_to_limit=None if row.hours_to_limit is None else round(row.hours_to_limit, 1),
        seconds_to_limit=None if row.hours_to_limit is None else row.hours_to_limit * 3600.0,
        since=row.since,
        judged_at=row.judged_at,
    )


def chart_texts() -> dict[str, str]:
    """What the power chart says in words."""
    return {
        "chart_empty": gettext("No curve in this time."),
        "chart_failed": gettext("The curve can't be read just now."),
        "power_total": gettext("grid connection"),
        "power_process": pgettext("power", "production"),
        "power_expected": gettext("to be expected"),
    }


def danger_words(evidence: "Mapping[str, Any]") -> str:
    """What a task about an electrical danger is about."""
    kind, verdict = DANGER_NAMES[DangerKind(evidence["danger"])], DANGER_VERDICTS[DangerVerdict(evidence["verdict"])][0]
    words = f"{evidence['point']} · {kind} · {verdict}"
    hours = evidence.get("hours")
    if hours:
        words += " · " + gettext("in %(hours)d h if it goes on so") % {"hours": max(1, round(hours))}
    return words
