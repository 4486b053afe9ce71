"""Findings of true causes, and resets of what was learnt from them."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.jurisdiction.areas.rules.codes import governing_prefix, governs
from tocsin.jurisdiction.face import scope
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.diagnosis.models import Finding, PriorReset
from tocsin.warning.diagnosis.rules import NOT_FOUND, OTHER_CAUSE, PERMISSION_DIAGNOSIS

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def findings_of(alarm: Alarm) -> list[Finding]:
    """The finding that stands and those that it replaced, newest first."""
    return list(Finding.objects.filter(alarm=alarm).select_related("recorded_by"))


def standing_findings(user: "Person", *, region_code: str, since: datetime | None) -> list[Finding]:
    """Findings of that region that stand, found since then, where the user may see diagnoses; oldest first."""
    found = scope(Finding.objects.filter(replaced_at__isnull=True), user, PERMISSION_DIAGNOSIS)
    found = found.filter(region_code__startswith=governing_prefix(region_code))
    if since is not None:
        found = found.filter(found_at__gte=since)
    return list(found.order_by("found_at", "id"))


def findings_that_teach(region_code: str) -> list[tuple[str, str, str, datetime, UUID]]:
    """(cause, region, asset code, time, alarm) of the findings that stand in a region; a reset forgets those of its own."""
    found = Finding.objects.filter(replaced_at__isnull=True, region_code__startswith=governing_prefix(region_code))
    for code, at in PriorReset.objects.values_list("region_code", "at"):
        found = found.exclude(region_code__startswith=governing_prefix(code), recorded_at__lte=at)
    return list(found.values_list("cause", "region_code", "asset_code", "found_at", "alarm_id"))


def last_reset(region_code: str) -> PriorReset | None:
    """The newest reset that reaches this region: its own or one of a region above it."""
    resets = PriorReset.objects.select_related("by")
    return next((one for one in resets if governs(one.region_code, region_code)), None)


def findings_by_alarm(alarm_ids: Iterable[UUID]) -> dict[UUID, Finding]:
    """By alarm the finding that stands. One query."""
    return {one.alarm_id: one for one in Finding.objects.filter(alarm_id__in=list(alarm_ids), replaced_at__isnull=True)}


def possible_causes() -> tuple[str, ...]:
    """What a finding may name: the known causes, another one in words, or that none was found."""
    return (*(template.cause for template in shipped_templates().causes), OTHER_CAUSE, NOT_FOUND)
