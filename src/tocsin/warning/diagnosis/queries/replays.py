"""Edited causes, replays and their results."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.records.face import version_in_force, versions_of
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import loaded_alarm
from tocsin.warning.causes.policy.causes import CAUSES
from tocsin.warning.diagnosis.models import Diagnosis, ReplayResult, ReplayRun
from tocsin.warning.diagnosis.rules import PERMISSION_REPLAY

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import PolicyVersion


def visible_replays(user: "Person") -> QuerySet[ReplayRun]:
    """Runs of the regions whose alarms the user may replay, newest first."""
    return scope(ReplayRun.objects.select_related("by", "before"), user, PERMISSION_REPLAY)


def replayed(run: ReplayRun) -> list[ReplayResult]:
    """What was to be judged again, done or not, the newest alarm first, with what an alarm is shown by."""
    rows = ReplayResult.objects.filter(run=run).select_related("diagnosis", *loaded_alarm("diagnosis__alarm"))
    return list(rows.defer("diagnosis__result").order_by("-diagnosis__alarm__raised_at", "id"))


def alarms_to_replay(region_code: str, *, since: datetime | None, alarm_id: UUID | None, most: int) -> list[UUID]:
    """Alarms of that region with a kept diagnosis, the newest first: those raised since then, or one alone."""
    found = Alarm.objects.filter(region_code__startswith=governing_prefix(region_code), sensor__isnull=False)
    found = found.filter(pk__in=Diagnosis.objects.values("alarm_id"))
    if alarm_id is not None:
        found = found.filter(pk=alarm_id)
    elif since is not None:
        found = found.filter(raised_at__gte=since)
    return list(found.order_by("-raised_at", "-id").values_list("id", flat=True)[:most])


def causes_in_force(region_code: str) -> "PolicyVersion | None":
    """The version of the causes that holds for the region; None where they are as shipped."""
    return version_in_force(CAUSES, region_code)


def visible_causes(user: "Person") -> "QuerySet[PolicyVersion]":
    """Versions of the causes for the regions whose alarms the user may replay, newest first, without their texts."""
    rows = versions_of(CAUSES.name).filter(effective_from__isnull=False).defer("text")
    return scope(rows, user, PERMISSION_REPLAY)
