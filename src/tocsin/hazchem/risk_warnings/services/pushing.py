"""Active alarms at points of plants become risk warnings of their units; silence tells the next tier."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tocsin.hazchem.installations.models import PlantPoint, PlantUnit
from tocsin.hazchem.risk_warnings.models import RiskAlarm, RiskWarning
from tocsin.hazchem.risk_warnings.policy import risk_policy
from tocsin.hazchem.risk_warnings.queries import ActiveAlarm, active_alarms, facts_of, tier_bodies
from tocsin.hazchem.risk_warnings.rules import UNANSWERED, RiskAct, RiskState, after, escalations, first_tiers
from tocsin.hazchem.risk_warnings.services.telling import AT_ONCE, note_taken, tell_news, tell_tiers, wind
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit

BATCH = 500  # alarms that are looked up at once
WARNINGS = 50  # of one round of clocks


def push_warnings(*, now: datetime) -> int:
    """Every active alarm at a plant's point belongs to a warning of its unit that is not closed; a higher one raises it. Then the
    clocks: each silence that is over tells the next tier. Returns how many warnings changed.
    """
    changed, alarms = 0, active_alarms()
    for start in range(0, len(alarms), BATCH):
        known, news = _news(alarms[start : start + BATCH])
        for unit, found in _by_unit(news).items():
            _take(unit, found, known, now)
            changed += 1
    due = RiskWarning.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", flat=True)[:WARNINGS]
    return changed + sum(_climb(pk, now) for pk in due)


def _news(alarms: Sequence[ActiveAlarm]) -> tuple[set[UUID], list[ActiveAlarm]]:
    """Those that belong to a warning that is not closed, and those that belong to none or are graver than theirs. One query."""
    rows = RiskAlarm.objects.filter(alarm_id__in=[one.id for one in alarms]).exclude(warning__state=RiskState.CLOSED)
    known = dict(rows.order_by("warning__level").values_list("alarm_id", "warning__level"))
    news = [one for one in alarms if one.level >= risk_policy(one.region_code).least and one.level > known.get(one.id, 0)]
    return set(known), news


def _by_unit(alarms: Sequence[ActiveAlarm]) -> dict[UUID, list[ActiveAlarm]]:
    """Those of these alarms that ring at a plant's point, by unit. One query, none for no alarm."""
    found: dict[UUID, list[ActiveAlarm]] = defaultdict(list)
    if not alarms:
        return found
    rows = PlantPoint.objects.filter(sensor_id__in={one.sensor_id for one in alarms}, equipment__unit__active=True)
    units = dict(rows.values_list("sensor_id", "equipment__unit_id"))
    for one in alarms:
        if (unit := units.get(one.sensor_id)) is not None:
            found[unit].append(one)
    return found


@transaction.atomic
def _take(unit_id: UUID, alarms: Sequence[ActiveAlarm], known: set[UUID], now: datetime) -> None:
    unit = PlantUnit.objects.select_for_update(of=("self",)).select_related("object").get(pk=unit_id)
    rising = RiskAlarm.objects.filter(alarm_id__in=known & {one.id for one in alarms}).exclude(warning__state=RiskState.CLOSED)
    for pk in dict.fromkeys(rising.values_list("warning_id", flat=True)):
        members = set(RiskAlarm.objects.filter(warning=pk).values_list("alarm_id", flat=True))
        _raise(_held(pk), max(one.level for one in alarms if one.id in members), now)
    fresh = [one for one in alarms if one.id not in known]
    if not fresh:
        return
    level = max(one.level for one in fresh)
    newest = RiskWarning.objects.filter(unit=unit, state__in=UNANSWERED).values_list("pk", flat=True).first()
    warning = _held(newest or _begin(unit, now).pk)
    RiskAlarm.objects.bulk_create([RiskAlarm(warning=warning, alarm_id=one.id, joined_at=now) for one in fresh])
    _raise(warning, level, now)


def _begin(unit: PlantUnit, now: datetime) -> RiskWarning:
    return RiskWarning.objects.create(
        object=unit.object,
        unit=unit,
        region_code=unit.region_code,
        level=0,
        state=RiskState.PUSHED,
        opened_at=now,
        pushed_at=now,
        asked_at=now,
    )


def _held(pk: UUID) -> RiskWarning:
    rows = RiskWarning.objects.select_for_update(of=("self",))
    return rows.select_related("object__organisation__superior", "object__competent", "unit").get(pk=pk)


def _raise(warning: RiskWarning, level: int, now: datetime) -> None:
    """The warning gets a higher level: it is pushed anew, to whom that level is told at once."""
    if level <= warning.level:
        return
    state = after(RiskState(warning.state), RiskAct.RISE)
    if not isinstance(state, RiskState):
        return
    warning.level, warning.state, warning.fired = level, state, []
    warning.pushed_at = warning.asked_at = now
    warning.confirmed_at = warning.confirmed_by = warning.answered_at = None
    warning.save()
    bodies = tier_bodies(warning.object, now)
    clocks = risk_policy(warning.region_code).clocks(level)
    tell_tiers(warning, [(tier, AT_ONCE) for tier in first_tiers(clocks, bodies)], bodies, now)
    wind(warning, now)
    warning.save(update_fields=["next_at"])
    tell_news(warning, "pushed")
    told = {"level": int(level), "unit": warning.unit.name}
    record_audit(system_actor(), "risk_warning.pushed", "risk_warning", warning.pk, warning.region_code, told)


@transaction.atomic
def _climb(pk: UUID, now: datetime) -> bool:
    """Silences of this warning that are over each tell one tier more."""
    warning = _held(pk)
    note_taken(warning)
    bodies = tier_bodies(warning.object, now)
    clocks = risk_policy(warning.region_code).clocks(warning.level)
    ahead = escalations(facts_of(warning, warning.tellings.all(), bodies), clocks)
    due = [one for one in ahead if one.at <= now]
    if due:
        warning.fired = [*warning.fired, *(one.trigger for one in due)]
        tell_tiers(warning, [(one.tier, one.trigger) for one in due], bodies, now)
        tell_news(warning, "climbed")
        told = {"tiers": [one.tier.value for one in due], "triggers": [one.trigger for one in due]}
        record_audit(system_actor(), "risk_warning.climbed", "risk_warning", warning.pk, warning.region_code, told)
    wind(warning, now)
    warning.save(update_fields=["fired", "next_at"])
    return bool(due)
