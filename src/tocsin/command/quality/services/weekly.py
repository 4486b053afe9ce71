"""The weekly list of noisy rules, written by itself: each is tried with quieter settings on the history of its sensor."""

from datetime import datetime, timedelta

import msgspec
from django.db import IntegrityError, transaction
from django.utils import timezone
from msgspec.structs import replace

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.ids import deterministic_id
from tocsin.bus.services import record_event
from tocsin.command.casebook.rules import rights
from tocsin.command.quality.events import NoisyRulesListed
from tocsin.command.quality.models import NoisyList
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.figures import Frequent, alarm_quality
from tocsin.command.quality.queries.noisy import regions_without_list
from tocsin.command.quality.rules import Finding, NoisyRule, week_before
from tocsin.command.quality.shown.noisy import changes_of
from tocsin.command.routing.rules import Purpose, Why
from tocsin.engine.tuning import gentlest
from tocsin.jurisdiction.face import people_who_may, system_actor
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.warning.face import try_quieter


def list_noisy_rules(*, now: datetime) -> int:
    """Writes the newest week's list of one region that has none yet; returns how many were written: 0 when all are."""
    policy = quality()
    week = week_before(timezone.localtime(now), weekday=policy.weekly.weekday, hour=policy.weekly.hour)
    for region in regions_without_list(*week):
        return _write(region, *week, now)
    return 0


def _write(region: str, since: datetime, until: datetime, now: datetime) -> int:
    """History is read and tried before anything is locked."""
    found = alarm_quality(system_actor(), region_code=region, since=since, until=until, operators=quality().operators)
    noisy = [one for one in found.top if one.alarms >= quality().proposal.least_alarms]
    rows = [_tried(one, until) for one in noisy]
    try:
        with transaction.atomic():
            made = NoisyList.objects.create(
                region_code=region,
                week_from=since,
                week_until=until,
                written_at=now,
                alarms=found.alarms,
                rules=msgspec.to_builtins(rows),
            )
            if rows:
                _tell(made, rows, now)
    except IntegrityError:
        return 0  # another worker was first
    return 1


def _tried(point: Frequent, until: datetime) -> NoisyRule:
    """One point with what trying it found."""
    row = NoisyRule(point.alarm_id, point.rule, point.alarms, point.share)
    policy = quality().proposal
    try:
        tried = try_quieter(system_actor(), point.alarm_id, since=until - timedelta(weeks=policy.weeks), until=until)
    except InvalidInput:
        return row
    except Unavailable:
        return replace(row, finding=Finding.NO_HISTORY)
    if not tried.trials:
        return row
    best = gentlest(tried.trials, least_share=policy.least_share, later_s=policy.later_s)
    before = tried.trials[0].before
    row = replace(row, readings=tried.readings, before=before)
    if best is None:
        return replace(row, finding=Finding.NO_WAY, after=before)
    changes = tuple(changes_of(tried, best))
    return replace(row, finding=Finding.PROPOSED, way=best.way.value, after=best.after, later_s=best.later_s, changes=changes)


def _tell(made: NoisyList, rules: list[NoisyRule], now: datetime) -> None:
    """Those who lead the desk there read it in their inbox; once for each list."""
    event = NoisyRulesListed(
        list_id=str(made.pk), region_code=made.region_code, week_until=made.week_until.isoformat(), rules=len(rules)
    )
    record_event(event, region=made.region_code)
    helped = [one for one in rules if one.finding is Finding.PROPOSED]
    figures = {
        "region": made.region_code,
        "week": [made.week_from.isoformat(), made.week_until.isoformat()],
        "rules": len(rules),
        "rang": sum(one.alarms for one in rules),
        "alarms": made.alarms,
        "proposed": len(helped),
        "before": sum(one.before for one in helped),
        "after": sum(one.after for one in helped),
    }
    drafts = [
        Draft(
            Purpose.QUALITY,
            Why.LEADER,
            urgent=False,
            key=f"noisy-{deterministic_id('noisy', made.pk, leader.pk)}",
            person=leader,
            figures=figures,
        )
        for leader in people_who_may(rights.LEAD, made.region_code)
    ]
    write_all(drafts, Directory(now))
