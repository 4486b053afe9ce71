"""Words for people about work status, power, orders to stop and episodes."""

from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.base.time import datetime_from_ms
from tocsin.engine.work import EpisodeKind, OrderKind, Role, Source, WorkState
from tocsin.engine.work.decision import Decision, Reason
from tocsin.supervision.policy.objects import trade_name
from tocsin.supervision.policy.work import work_policy
from tocsin.supervision.queries.work import stop_in_force, visible_episodes
from tocsin.supervision.rules.episodes import OPEN, EpisodeAct, EpisodeState, step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.jurisdiction.queries import Person
    from tocsin.supervision.models import (
        Episode,
        EpisodeEntry,
        EvidenceRecord,
        Meter,
        ResumptionCondition,
        StopOrder,
        SupervisedObject,
        WorkVerdict,
    )

LEVEL_NAMES: Final[dict[str, Promise]] = {
    "firm": pgettext_lazy("level of a platform", "firm"),
    "town": pgettext_lazy("level of a platform", "town"),
    "county": pgettext_lazy("level of a platform", "county"),
    "city": pgettext_lazy("level of a platform", "city"),
    "province": pgettext_lazy("level of a platform", "province"),
    "utility": pgettext_lazy("level of a platform", "utility"),
    "grid": pgettext_lazy("level of a platform", "grid"),
}
STATE_NAMES: Final[dict[WorkState, Promise]] = {
    WorkState.STOPPED: pgettext_lazy("work", "stopped"),
    WorkState.IDLE: pgettext_lazy("work", "idle"),
    WorkState.PARTIAL: pgettext_lazy("work", "partial production"),
    WorkState.FULL: pgettext_lazy("work", "full production"),
    WorkState.OVER: pgettext_lazy("work", "above full"),
    WorkState.UNKNOWN: pgettext_lazy("work", "cannot tell"),
}
KIND_NAMES: Final[dict[EpisodeKind, Promise]] = {
    EpisodeKind.HIDDEN_PRODUCTION: _("suspected production in spite of an order"),
    EpisodeKind.PARTIAL_HIDDEN_PRODUCTION: _("suspected partial production in spite of an order"),
    EpisodeKind.NIGHT_PRODUCTION: _("production by night outside registered hours"),
    EpisodeKind.PROTECTIVE_OFF: _("protective equipment off while the process runs"),
    EpisodeKind.SUDDEN_STOP: _("sudden stop"),
    EpisodeKind.UNANNOUNCED_RESTART: _("suspected restart without notice"),
    EpisodeKind.ESSENTIAL_LOAD_LOST: _("essential load lost"),
    EpisodeKind.METER_TROUBLE: _("meter trouble"),
}
EPISODE_STATES: Final[dict[EpisodeState, Promise]] = {
    EpisodeState.FOUND: pgettext_lazy("episode", "found"),
    EpisodeState.ASKED: pgettext_lazy("episode", "firm asked"),
    EpisodeState.UNANSWERED: pgettext_lazy("episode", "no answer in time"),
    EpisodeState.ANSWERED: pgettext_lazy("episode", "firm answered"),
    EpisodeState.INSPECTION: pgettext_lazy("episode", "inspection demanded"),
    EpisodeState.CONFIRMED: pgettext_lazy("episode", "confirmed"),
    EpisodeState.EXPLAINED: pgettext_lazy("episode", "lawful reason"),
    EpisodeState.FALSE: pgettext_lazy("episode", "wrong finding"),
}
ACT_NAMES: Final[dict[EpisodeAct, Promise]] = {
    EpisodeAct.ASK: pgettext_lazy("episode act", "ask the firm"),
    EpisodeAct.ANSWER: pgettext_lazy("episode act", "answer"),
    EpisodeAct.LAPSE: pgettext_lazy("episode act", "no answer in time"),
    EpisodeAct.SEND: pgettext_lazy("episode act", "send an inspection"),
    EpisodeAct.CONFIRM: pgettext_lazy("episode act", "confirm"),
    EpisodeAct.EXPLAIN: pgettext_lazy("episode act", "accept the reason"),
    EpisodeAct.DISMISS: pgettext_lazy("episode act", "dismiss as wrong"),
    EpisodeAct.NOTE: pgettext_lazy("episode act", "note"),
}
ORDER_NAMES: Final[dict[OrderKind, Promise]] = {
    OrderKind.ORDERED_STOP: pgettext_lazy("stop", "ordered stop"),
    OrderKind.PLANNED_STOP: pgettext_lazy("stop", "planned stop"),
    OrderKind.OVERHAUL: pgettext_lazy("stop", "overhaul"),
    OrderKind.RESUMPTION: pgettext_lazy("stop", "resumption approved"),
}
ROLE_NAMES: Final[dict[Role, Promise]] = {
    Role.TOTAL: pgettext_lazy("meter", "grid connection"),
    Role.PROCESS: pgettext_lazy("meter", "process line"),
    Role.PROTECTIVE: pgettext_lazy("meter", "protective equipment"),
    Role.OFFICE: pgettext_lazy("meter", "offices"),
    Role.CHARGING: pgettext_lazy("meter", "charging posts"),
    Role.SOLAR: pgettext_lazy("meter", "solar panels"),
    Role.LESSEE: pgettext_lazy("meter", "lessee"),
}
SOURCE_NAMES: Final[dict[str, Promise]] = {
    "power": pgettext_lazy("evidence", "power"),
    Source.DECLARATION: pgettext_lazy("evidence", "declaration of the firm"),
    Source.COMMITMENT: pgettext_lazy("evidence", "daily safety commitment"),
    Source.GATE_HEADCOUNT: pgettext_lazy("evidence", "people through the gate"),
    Source.GAS_USE: pgettext_lazy("evidence", "use of gas"),
    Source.WATER_USE: pgettext_lazy("evidence", "use of water"),
    Source.TRUCK_COUNT: pgettext_lazy("evidence", "loaded trucks"),
    Source.EMISSION_MONITOR: pgettext_lazy("evidence", "flue gas flow"),
    Source.TANK_MOVEMENT: pgettext_lazy("evidence", "movement of tanks"),
    Source.PERMITS: pgettext_lazy("evidence", "special operation permits"),
    Source.VIDEO: pgettext_lazy("evidence", "sightings on video"),
    Source.INSPECTOR_VISIT: pgettext_lazy("evidence", "visit of an inspector"),
    Source.PUBLIC_REPORT: pgettext_lazy("evidence", "report of a citizen"),
}


WHY_WORDS: Final[dict[str, Promise]] = {
    "process_share": _("Load of production at %(percent)s of its normal level while it ran."),
    "longest_run_h": _("Longest run without a pause: %(figure)s hours."),
    "night_h": _("Hours of it by night: %(figure)s."),
    "joint_h": _("Hours in which several meters ran together: %(figure)s."),
    "earlier_h": _("Hours of work earlier in the same stop: %(figure)s."),
    "mixed_share": _("Share seen only in the sum of all loads: %(percent)s."),
    "other_signs": _("Log-odds of work that evidence other than power adds: %(figure)s."),
    "sources": _("Independent sources besides power that saw work: %(figure)s."),
    "rate": _("Output by what flowed in and out: %(percent)s of a normal day."),
    "denials": _("Statements of the firm that it stood still meanwhile: %(figure)s."),
    "share_of_usual_power": _("Protective equipment at %(percent)s of its usual power."),
    "hours": _("Duration: %(figure)s hours."),
    "kw_before": _("Load of production before: %(figure)s kW."),
    "kw_after": _("Load of production after: %(figure)s kW."),
    "goes_on": _("On %(percent)s of the days before, work went on at this hour."),
    "days_asked": _("Days in production at this hour that were looked at: %(figure)s."),
    "stops_alike": _("Stops like it in the weeks before: %(figure)s."),
    "supply_cut": _("Nothing flowed in, and no meter showed a load."),
    "load_dead": _("A load that never rests took less than %(percent)s of its usual power."),
    "base_sunk": _("Base load at rest below %(percent)s of the least it ever was."),
    "nothing_from_the_firm": _("Nothing came from any meter of the firm."),
    "missing": _("Readings missing for %(percent)s of the time."),
    "estimated": _("Readings missing or estimated for %(percent)s of the time."),
    "reversed": _("Power below zero: %(figure)s kW in the middle."),
    "stuck": _("One and the same value for %(figure)s hours."),
    "multiplied": _("Readings about %(figure)s times what they should be."),
    "shunted": _("Readings at about %(percent)s of what they should be."),
}
DECISION_NAMES: Final[dict[Decision, Promise]] = {
    Decision.INSPECT: pgettext_lazy("work", "works against an order: inspect"),
    Decision.CONFLICT: pgettext_lazy("work", "sources conflict"),
    Decision.ASK: pgettext_lazy("work", "ask the firm"),
    Decision.CANNOT_TELL: pgettext_lazy("work", "cannot tell"),
    Decision.NOTHING: pgettext_lazy("work", "as it should be"),
}
DECISION_CLASSES: Final[dict[Decision, str]] = {
    Decision.INSPECT: "red",
    Decision.CONFLICT: "orange",
    Decision.ASK: "yellow",
    Decision.NOTHING: "good",
}
REASON_NAMES: Final[dict[Reason, Promise]] = {
    Reason.NO_LIVE_SOURCE: _("hardly a source is alive"),
    Reason.EVEN: _("evidence for and against is about as strong"),
    Reason.ORDER_IN_FORCE: _("an order to stop is in force"),
    Reason.PLANNED_STOP_IN_FORCE: _("a planned stop or overhaul is in force"),
    Reason.TWO_KINDS_AGREE: _("two independent kinds of evidence agree"),
    Reason.ONE_KIND_ONLY: _("one kind of evidence only"),
    Reason.LIKELY: _("likely, not sure"),
    Reason.STATEMENT_CONTRADICTED: _("independent machines contradict what the firm says"),
}


def decision_name(decision: str) -> str:
    """A decision in the reader's words."""
    return str(DECISION_NAMES[Decision(decision)])


def state_name(state: str) -> str:
    """A day's state in the reader's words."""
    return str(STATE_NAMES[WorkState(state)])


def kind_name(kind: str) -> str:
    """An episode's kind in the reader's words."""
    return str(KIND_NAMES[EpisodeKind(kind)])


def source_name(source: str) -> str:
    """A kind of evidence in the reader's words; one that has none by its own name."""
    return str(SOURCE_NAMES.get(source, source))


def why_words(code: str, figure: float) -> str:
    """One reason of an episode as a sentence; a figure without a sentence by its code."""
    words = WHY_WORDS.get(code.replace(" ", "_"))
    if words is None:
        return f"{code.replace('_', ' ')}: {figure:.3g}"
    return str(words) % {"figure": f"{figure:.1f}", "percent": f"{100 * figure:.0f} %"}


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


def describe_stop(order: "StopOrder") -> dict[str, Any]:
    """One stop as plain values."""
    return {
        "id": order.pk,
        "number": order.number,
        "object_id": order.object_id,
        "object": order.object.name,
        "kind": order.kind,
        "kind_name": str(ORDER_NAMES[OrderKind(order.kind)]),
        "scope": order.scope,
        "first": order.first,
        "last": order.last,
        "resumed_on": order.resumed_on,
        "basis": order.basis,
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


def level_name(level: str) -> str:
    """A platform's level in words; one that no policy names stays as it was told."""
    return str(LEVEL_NAMES.get(level, level))


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


def describe_condition(row: "ResumptionCondition") -> dict[str, Any]:
    """One condition of a resumption with what the policy says of it; one that the policy no longer has keeps its code."""
    condition = next((one for one in work_policy().condition if one.code == row.code), None)
    return {
        "code": row.code,
        "name": condition.name if condition else row.code,
        "source": condition.source if condition else "",
        "waivable": bool(condition and condition.waivable),
        "state": row.state,
        "state_name": str(_CONDITION_STATES[row.state]),
        "class": {"met": "good", "waived": "warn"}.get(row.state, ""),
        "words": row.words,
        "at": row.at,
        "by": str(row.by) if row.by is not None else "",
    }


_CONDITION_STATES: Final[dict[str, Promise]] = {
    "open": pgettext_lazy("condition", "open"),
    "met": pgettext_lazy("condition", "met"),
    "waived": pgettext_lazy("condition", "signed for without it"),
}


def section(found: "SupervisedObject", user: "Person") -> dict[str, Any] | None:
    """Power and work on the object's page; None where nothing tells of it."""
    verdict = describe_verdict_of(found)
    episodes = visible_episodes(user).filter(object=found, state__in=[state.value for state in OPEN], due_at__isnull=False)
    today = timezone.localtime(settings.CONFIGURATION.clock.now()).date()
    stop = stop_in_force(found, today)
    if verdict is None and stop is None and not found.meters.exists():
        return None
    return {
        "verdict": verdict,
        "episodes": [describe_episode(one) for one in episodes[:5]],
        "stop": describe_stop(stop) if stop is not None else None,
    }
