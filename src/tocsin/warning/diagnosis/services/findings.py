"""Findings of true causes recorded and corrected, each with event and audit entry."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.bus.services import record_event
from tocsin.lifelines.face import assets_by_code
from tocsin.warning.alarms.services.changes import Changes, judging_now, lock_alarm
from tocsin.warning.causes.policy.causes import shipped_templates, shipped_words
from tocsin.warning.diagnosis.events import FindingRecorded
from tocsin.warning.diagnosis.models import Diagnosis, Finding
from tocsin.warning.diagnosis.queries import diagnoses as queries
from tocsin.warning.diagnosis.queries.findings import possible_causes
from tocsin.warning.diagnosis.queries.rankings import shown_ranking
from tocsin.warning.diagnosis.rules import OTHER_CAUSE, PERMISSION_FINDINGS

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def record_finding(
    *,
    actor: "User",
    alarm_id: UUID,
    cause: str,
    found_by: str,
    cause_in_words: str = "",
    asset_code: str = "",
    lon: float | None = None,
    lat: float | None = None,
    owner: str = "",
    found_at: datetime | None = None,
    text: str = "",
    channel: str = "console",
    organisation_ids: Collection[UUID] = (),
) -> Finding:
    """The true cause of an alarm, open or over; a second finding corrects the first, which is kept.

    `cause` is one of `possible_causes`, "other" with `cause_in_words`. The place is an asset of the alarm's region, a spot
    in degrees, or both. The kept diagnoses stay as they are: what was shown when the alarm was taken, and last, is scored.
    `organisation_ids`: bodies with an order in the matter, whose people may say what they found, too.
    """
    alarm = lock_alarm(alarm_id, actor, PERMISSION_FINDINGS, organisation_ids)
    now = judging_now()
    if cause not in possible_causes():
        raise InvalidInput(_("There is no such cause; use one of %(known)s.") % {"known": ", ".join(possible_causes())})
    if cause == OTHER_CAUSE and not cause_in_words.strip():
        raise InvalidInput(_("Say in words what the cause was."))
    if not found_by.strip():
        raise InvalidInput(_("Say which body or post found it."))
    if found_at is not None and (found_at.tzinfo is None or found_at > now):
        raise InvalidInput(_("The time of a finding lies in the past, with a time zone."))
    if owner and owner not in shipped_words().owners:
        raise InvalidInput(_("There is no such body; use one of %(known)s.") % {"known": ", ".join(shipped_words().owners)})
    asset = assets_by_code(alarm.region_code, [asset_code]).get(asset_code) if asset_code else None
    if asset_code and asset is None:
        raise InvalidInput(_("There is no asset %(code)s in this region.") % {"code": asset_code})
    if (lon is None) is not (lat is None) or not (-180 <= (lon or 0) <= 180 and -90 <= (lat or 0) <= 90):
        raise InvalidInput(_("A spot needs longitude and latitude in degrees."))
    if lon is None and asset is not None:
        lon, lat = asset.lon, asset.lat
    earlier = Finding.objects.filter(alarm=alarm, replaced_at__isnull=True).first()
    if earlier is not None:
        earlier.replaced_at = now
        earlier.save(update_fields=["replaced_at"])
    finding = Finding.objects.create(
        alarm=alarm,
        cause=cause,
        cause_in_words=cause_in_words.strip()[:200] if cause == OTHER_CAUSE else "",
        asset_code=asset_code,
        lon=lon,
        lat=lat,
        owner=owner or _owner(cause, asset.owner_code if asset is not None else ""),
        found_by=found_by.strip()[:100],
        found_at=found_at or now,
        text=text.strip()[:2000],
        region_code=alarm.region_code,
        dispatched=earlier.dispatched if earlier else shown_ranking(queries.shown_when_taken(alarm)),
        last=earlier.last if earlier else shown_ranking(Diagnosis.objects.filter(alarm=alarm).first()),
        recorded_by=actor,
    )
    alarm.true_cause = cause
    changes = Changes(actor=actor, channel=channel)
    act = "finding_corrected" if earlier else "found"
    changes.note(alarm, act, now, figures={"finding": {"cause": cause, "in_words": finding.cause_in_words, "asset": asset_code}})
    changes.save()
    record_event(FindingRecorded(alarm_id=str(alarm.pk), finding_id=str(finding.pk), cause=cause), region=alarm.region_code)
    return finding


def _owner(cause: str, owner_of_asset: str) -> str:
    """Who had to mend it: the owner of the asset at fault, else the body that the cause always belongs to."""
    known = {template.cause: template.owner for template in shipped_templates().causes}
    return owner_of_asset or known.get(cause, "")
