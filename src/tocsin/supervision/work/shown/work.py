"""Words for people about work status, meters, evidence and episodes."""

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.base.time import datetime_from_ms
from tocsin.engine.work.decision import Decision, Reason
from tocsin.engine.work.firm import OrderKind, Role, Source, WorkState
from tocsin.screens.clock import current_time
from tocsin.supervision.evidence.shown import level_name
from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.objects.shown import Section
from tocsin.supervision.stops.queries import stop_in_force
from tocsin.supervision.stops.shown import ORDER_NAMES, describe_stop
from tocsin.supervision.work.queries.board import visible_episodes
from tocsin.supervision.work.rules.episodes import OPEN, EpisodeAct, EpisodeState, step
from tocsin.supervision.work.shown.names import (
    ACT_NAMES,
    DECISION_CLASSES,
    DECISION_NAMES,
    EPISODE_STATES,
    REASON_NAMES,
    ROLE_NAMES,
    decision_name,
    kind_name,
    source_name,
    state_name,
    why_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.evidence.models import EvidenceRecord
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.supervision.work.models import Episode, EpisodeEntry, Meter, WorkVerdict


def describe_episode(episode: "Episode") -> dict[str, Any]:
    """One episode as plain values."""
    return {
        "id": episode.pk,
        "object_id": episode.object_id,
        "object": episode.object.name,
        "kind": episode.kind,
        "kind_name": kind_name(episode.kind),
        "level": episode.level,
        "meter": episode.meter.code if episode.meter is not None else None,
        "start_at": episode.start_at,
        "end_at": episode.end_at,
        "detected_at": episode.detected_at,
        "probability": episode.probability,
        "why": [{"code": code, "figure": figure, "words": why_words(code, figure)} for code, figure in episode.why],
        "state": episode.state,
        "state_name": str(EPISODE_STATES[EpisodeState(episode.state)]),
        "due_at": episode.due_at,
        "case_number": episode.case_number,
    }


def describe_entry(entry: "EpisodeEntry") -> dict[str, Any]:
    """One line of an episode."""
    return {
        "act": entry.act,
        "act_name": str(ACT_NAMES[EpisodeAct(entry.act)]),
        "at": entry.at,
        "by": str(entry.actor) if entry.actor is not None else "",
        "text": str(entry.data.get("text", "")),
    }


def describe_question(episode: "Episode", entries: "Iterable[EpisodeEntry]") -> dict[str, Any]:
    """An episode as its firm's phone shows it: what was seen, and what was asked and answered."""
    late = _("came after it was answered or closed: kept, changes nothing")
    return {
        "id": episode.pk,
        "object_name": episode.object.name,
        "name": kind_name(episode.kind),
        "start_at": episode.start_at,
        "end_at": episode.end_at,
        "why": [why_words(code, figure) for code, figure in episode.why],
        "waits": step(EpisodeState(episode.state), EpisodeAct.ANSWER) is not None,
        "state_name": str(EPISODE_STATES[EpisodeState(episode.state)]),
        "due_at": episode.due_at,
        "entries": [
            {
                **describe_entry(one),
                "id": one.pk,
                "actor": str(one.actor) if one.actor is not None else "",
                "data": {},
                "conflict": str(late) if one.data.get("verdict") else "",
            }
            for one in entries
        ],
    }


def describe_verdict(verdict: "WorkVerdict") -> dict[str, Any]:
    """Whether a firm works now, as plain values."""
    return {
        "object_id": verdict.object_id,
        "object": verdict.object.name,
        "trade": verdict.object.trade,
        "region_code": verdict.object.region_code,
        **_said(verdict),
        "votes": [_vote(one) for one in verdict.votes],
        "missing": [source_name(one) for one in verdict.missing],
    }


def describe_verdict_of(found: "SupervisedObject") -> dict[str, Any] | None:
    """The same of one firm for its page; None where it was never judged."""
    verdict: WorkVerdict | None = getattr(found, "work_verdict", None)
    if verdict is None:
        return None
    return {
        **_said(verdict),
        "votes": [_drawn(_vote(one)) for one in verdict.votes],
        "missing": [source_name(one) for one in verdict.missing],
    }


def _said(verdict: "WorkVerdict") -> dict[str, Any]:
    return {
        "at": verdict.at,
        "p_working": verdict.p_working,
        "decision": verdict.decision,
        "decision_name": decision_name(verdict.decision),
        "reasons": [str(REASON_NAMES[Reason(one)]) for one in verdict.reasons],
        "conflict": [source_name(one) for one in verdict.conflict],
        "class": DECISION_CLASSES.get(Decision(verdict.decision), ""),
    }


def _vote(one: dict[str, Any]) -> dict[str, Any]:
    at = datetime_from_ms(one["ts"]) if one["ts"] else None
    return {
        "source": one["source"],
        "source_name": source_name(one["source"]),
        "level": one["level"],
        "level_name": level_name(one["level"]),
        "at": at,
        "log_odds": one["log_odds"],
        "weight": one["weight"],
        "origin": one["origin"],
        "copies": one["copies"],
    }


def _drawn(vote: dict[str, Any]) -> dict[str, Any]:
    """With its bar: from the middle, five at most on either side."""
    length = max(-5.0, min(5.0, vote["log_odds"]))
    side = "for" if length > 0 else "against"
    return {**vote, "side": side, "x": min(0.0, length), "width": abs(length)}


def describe_row(found: "SupervisedObject") -> dict[str, Any]:
    """One row of the board; `found` as `queries.work.work_rows` annotates it."""
    verdict: WorkVerdict | None = getattr(found, "work_verdict", None)
    annotated: Any = found
    kind = annotated.stop_kind
    return {
        "id": found.pk,
        "code": found.code,
        "name": found.name,
        "trade_name": trade_name(found.trade),
        "stop": str(ORDER_NAMES[OrderKind(kind)]) if kind else "",
        "stop_class": "red" if kind == OrderKind.ORDERED_STOP else "blue",
        "p_working": verdict.p_working if verdict else None,
        "decision_name": decision_name(verdict.decision) if verdict else _("not judged yet"),
        "class": DECISION_CLASSES.get(Decision(verdict.decision), "") if verdict else "",
        "yesterday": state_name(annotated.state_yesterday) if annotated.state_yesterday else "",
        "open": annotated.open_count,
        "at": verdict.at if verdict else None,
    }


def feature_of(found: "SupervisedObject") -> dict[str, Any]:
    """A firm as a point of the map, with the shape of what was decided of it."""
    row = describe_row(found)
    share = "" if row["p_working"] is None else f" · {100 * row['p_working']:.0f} %"
    stop = f" · {row['stop']}" if row["stop"] else ""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [found.lon, found.lat]},
        "properties": {
            "name": found.name,
            "words": f"{row['decision_name']}{share}{stop}",
            "url": reverse("work_of_firm", args=[found.pk]),
            "shape": row["class"] or "unknown",
        },
    }


def map_texts() -> dict[str, str]:
    """What the map of objects says in words."""
    return {
        "map_failed": gettext("The map can't be shown just now; the table says the same."),
        "map_zoom": gettext("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": gettext("Move the map with two fingers"),
    }


def describe_counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    """How many firms each decision was reached of, the gravest first."""
    return [
        {"code": code.value, "name": str(name), "count": counts.get(code.value, 0), "class": DECISION_CLASSES.get(code, "")}
        for code, name in DECISION_NAMES.items()
    ]


def describe_meter(meter: "Meter") -> dict[str, Any]:
    """One meter for its firm's page."""
    last = meter.sensor.last_ts if meter.sensor is not None else None
    return {
        "code": meter.code,
        "name": meter.name,
        "role": meter.role,
        "role_name": str(ROLE_NAMES[Role(meter.role)]),
        "protects": meter.protects.code if meter.protects is not None else "",
        "rated_kw": meter.rated_kw,
        "multiplier": meter.multiplier,
        "last_at": datetime_from_ms(last) if last else None,
    }


def describe_evidence(rows: "Iterable[EvidenceRecord]") -> list[dict[str, Any]]:
    """Records of platforms for a firm's page."""
    return [
        {
            "source_name": source_name(row.source),
            "level": row.level,
            "level_name": level_name(row.level),
            "told": told_value(row),
            "at": row.stamped_at,
        }
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


def section(found: "SupervisedObject", user: "Person") -> dict[str, Any] | None:
    """Power and work on the object's page; None where nothing tells of it."""
    verdict = describe_verdict_of(found)
    episodes = visible_episodes(user).filter(object=found, state__in=[state.value for state in OPEN], due_at__isnull=False)
    today = timezone.localtime(current_time()).date()
    stop = stop_in_force(found, today)
    if verdict is None and stop is None and not found.meters.exists():
        return None
    return {
        "verdict": verdict,
        "episodes": [describe_episode(one) for one in episodes[:5]],
        "stop": describe_stop(stop) if stop is not None else None,
    }


SECTION = Section("work", section, "supervision/work/_section.html")
