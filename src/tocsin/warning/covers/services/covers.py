"""Planned works and silences are entered, confirmed, prolonged and ended: rights checked, told, with their audit entry."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.quantities import QUANTITIES
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import bodies_with_duty, may, require, require_person_at_screen
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.lifelines.face import assets_along, assets_by_code
from tocsin.notices.face import Directory, Draft, names_of, supersede, write_all
from tocsin.notices.face import Notice as NoticeRow
from tocsin.records.face import record_audit
from tocsin.sensing.face import visible_devices, visible_sensors
from tocsin.warning.covers.events import CoverChanged
from tocsin.warning.covers.models import Cover
from tocsin.warning.covers.policy import covers_policy
from tocsin.warning.covers.queries import owners_of, visible_covers, waits_for_second
from tocsin.warning.covers.rules import (
    KEEPS_NETWORK,
    PERMISSION_ENTER,
    PLANNED_WORK,
    WATCHES,
    CoverKind,
    as_text,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_HANDLE: Final[Permission] = "alarms.handle"
_LONGEST_RADIUS_M = 20_000.0


@dataclass(frozen=True, kw_only=True)
class NewCover:
    """What is entered of a planned work or a silence. Times of the day as 22:00; weekdays with Monday as 1."""

    kind: CoverKind
    what: str
    region_code: str
    begins_at: datetime
    ends_at: datetime
    who: str = ""
    contact: str = ""
    asset_code: str = ""
    along_m: float | None = None
    street: str = ""
    lon: float | None = None
    lat: float | None = None
    radius_m: float | None = None
    device_code: str = ""
    sensor_id: UUID | None = None
    rule: str = ""
    quantities: list[str] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    from_time: str = ""
    until_time: str = ""


@transaction.atomic
def enter_cover(*, actor: "User", new: NewCover, now: datetime) -> Cover:
    """A new one. Whoever keeps networks there is told of a work; the desk is asked where a second person is needed.

    InvalidInput names what is missing or too long.
    """
    own = {actor.organisation_id} - {None}
    require(actor, PERMISSION_ENTER, new.region_code, own)
    trusted = may(actor, _HANDLE, new.region_code)
    if new.kind is CoverKind.SILENCE and not trusted:
        raise NotAllowed(_("A silence is set by who handles alarms there; announce a planned work instead."))
    cover = Cover(
        kind=new.kind.value,
        what=_needed(new.what, _("Say what is done, or why it shall be quiet."))[:500],
        who=new.who.strip()[:120],
        contact=new.contact.strip()[:120],
        organisation_id=actor.organisation_id,
        region_code=new.region_code,
        trusted=trusted,
        author=actor,
        created_at=now,
    )
    _place(cover, actor, new)
    _time(cover, new, now)
    if not (cover.scope.names_a_place or cover.rule or cover.quantities):
        raise InvalidInput(_("Name a place, a device, a quantity or a rule: a whole area is never quiet."))
    if new.kind is not CoverKind.SILENCE and not (cover.who and cover.contact):
        raise InvalidInput(_("A planned work needs who works there and a telephone number on site."))
    cover.save()
    tell_of_cover(cover, "entered", actor, now)
    return cover


@transaction.atomic
def confirm_cover(*, actor: "User", cover_id: UUID, now: datetime) -> Cover:
    """A second person confirms: from now on it does all that its kind does, to red gas too. Conflict for its own author,
    NotAllowed for a program with a token.
    """
    require_person_at_screen(actor)
    cover = _locked(actor, cover_id)
    require(actor, _HANDLE, cover.region_code)
    if cover.author_id == actor.pk:
        raise Conflict(_("Another person confirms what you have entered."))
    if cover.pk not in waits_for_second([cover]):
        raise Conflict(_("Nothing waits for a second person here."))
    cover.second, cover.second_at = actor, now
    cover.save(update_fields=["second", "second_at"])
    tell_of_cover(cover, "confirmed", actor, now)
    return cover


@transaction.atomic
def prolong_cover(*, actor: "User", cover_id: UUID, ends_at: datetime, reason: str, now: datetime) -> Cover:
    """Another end, within what the policy allows; a second person confirms it anew."""
    cover = _own(actor, cover_id)
    words = _needed(reason, _("Say why the end changes."))
    before, cover.ends_at = cover.ends_at, ends_at
    check_length(cover)
    if ends_at <= now:
        raise InvalidInput(_("The end must lie in the future; to stop at once, end it."))
    if ends_at > before:
        cover.second, cover.second_at = None, None
    cover.save(update_fields=["ends_at", "second", "second_at"])
    tell_of_cover(cover, "prolonged", actor, now, reason=words)
    return cover


@transaction.atomic
def end_cover(*, actor: "User", cover_id: UUID, reason: str, now: datetime) -> Cover:
    """Over before its time: what still holds under it comes back and rings."""
    cover = _own(actor, cover_id)
    cover.ended_reason = _needed(reason, _("Say why it ends."))[:500]
    cover.ended_at, cover.ended_by = max(now, cover.begins_at), actor
    cover.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    tell_of_cover(cover, "ended", actor, now, reason=cover.ended_reason)
    return cover


def _locked(actor: "User", cover_id: UUID) -> Cover:
    """The cover, locked; Cover.DoesNotExist where the actor may not see it."""
    visible_covers(actor).get(pk=cover_id)
    return Cover.objects.select_for_update().get(pk=cover_id)


def _own(actor: "User", cover_id: UUID) -> Cover:
    """The same for who may change it: who handles alarms there, or the body that announced it; Conflict once it is over."""
    cover = _locked(actor, cover_id)
    if not may(actor, _HANDLE, cover.region_code):
        require(actor, PERMISSION_ENTER, cover.region_code, {cover.organisation_id} - {None})
    if cover.ended_at is not None:
        raise Conflict(_("It has been ended already."))
    return cover


def _place(cover: Cover, actor: "User", new: NewCover) -> None:
    if new.asset_code.strip():
        found = assets_by_code(new.region_code, [new.asset_code.strip()])
        if not found:
            missing = {"code": new.asset_code, "region": new.region_code}
            raise InvalidInput(_("There is no object %(code)s in region %(region)s.") % missing)
        cover.asset = found[new.asset_code.strip()]
        cover.along_m = new.along_m if new.along_m and new.along_m > 0 else None
        near = assets_along(cover.asset, within_m=cover.along_m or 0.0)
        if len(near) > covers_policy().most_assets:
            words = {"count": len(near), "most": covers_policy().most_assets}
            raise InvalidInput(_("%(count)s objects lie so far along the pipe, at most %(most)s may: choose less.") % words)
        cover.asset_ids = [str(one) for one in near]
    cover.street = new.street.strip()[:120]
    if new.radius_m:
        if new.lon is None or new.lat is None or not 0 < new.radius_m <= _LONGEST_RADIUS_M:
            raise InvalidInput(_("A circle needs longitude, latitude and a radius of up to 20 km."))
        cover.lon, cover.lat, cover.radius_m = new.lon, new.lat, new.radius_m
    if new.device_code.strip():
        cover.device = visible_devices(actor).filter(code=new.device_code.strip()).first()
        if cover.device is None:
            raise InvalidInput(_("There is no device %(code)s.") % {"code": new.device_code})
    if new.sensor_id is not None:
        cover.sensor = visible_sensors(actor).filter(pk=new.sensor_id).first()
        if cover.sensor is None:
            raise InvalidInput(_("There is no such sensor."))
    unknown = [one for one in new.quantities if one not in QUANTITIES]
    if unknown:
        raise InvalidInput(_("Unknown quantity: %(names)s.") % {"names": ", ".join(unknown)})
    cover.rule, cover.quantities = new.rule.strip()[:40], list(dict.fromkeys(new.quantities))


def _time(cover: Cover, new: NewCover, now: datetime) -> None:
    cover.begins_at, cover.ends_at = new.begins_at, new.ends_at
    if not set(new.weekdays) <= set(range(1, 8)):
        raise InvalidInput(_("Weekdays are numbers from 1 (Monday) to 7 (Sunday)."))
    cover.weekdays = as_text(set(new.weekdays))
    cover.from_time, cover.until_time = _time_of_day(new.from_time), _time_of_day(new.until_time)
    if (cover.from_time is None) != (cover.until_time is None):
        raise InvalidInput(_("Hours of the day need a begin and an end."))
    if new.ends_at <= now:
        raise InvalidInput(_("The end must lie in the future."))
    check_length(cover)


def check_length(cover: Cover) -> None:
    """InvalidInput where it ends before it begins, or lasts longer than its kind may."""
    policy = covers_policy()
    if cover.ends_at <= cover.begins_at:
        raise InvalidInput(_("It ends before it begins."))
    recurs = bool(cover.weekdays) or cover.from_time is not None
    longest = (
        timedelta(days=policy.longest_recurring_days) if recurs else timedelta(hours=policy.kind[CoverKind(cover.kind)].longest_h)
    )
    if cover.ends_at - cover.begins_at > longest:
        words = {"days": round(longest / timedelta(days=1), 1)}
        raise InvalidInput(_("It may last at most %(days)s days; enter a new one when it is over.") % words)


def _time_of_day(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip())
    except ValueError:
        raise InvalidInput(_("“%(text)s” is no time of the day: write 22:00.") % {"text": text}) from None


def _needed(text: str, refusal: str) -> str:
    if not text.strip():
        raise InvalidInput(refusal)
    return text.strip()


def tell_of_cover(cover: Cover, act: str, actor: "User", now: datetime, *, reason: str = "") -> None:
    """Audit, event and notices of what happened to the cover."""
    details = {"kind": cover.kind, "ends_at": cover.ends_at.isoformat(), "reason": reason}
    record_audit(actor, f"cover.{act}", "cover", cover.pk, cover.region_code, details)
    record_event(CoverChanged(cover_id=str(cover.pk), kind=cover.kind, act=act), region=cover.region_code)
    asked = NoticeRow.objects.filter(purpose=PLANNED_WORK, key__startswith=f"cover-{cover.pk}-asked-")
    if act != "entered":
        supersede(asked, now=now)
    drafts = [*_to_owners(cover, act, now, reason), *_to_desk(cover, act, now)]
    if drafts:
        write_all(drafts, Directory(now))


def _to_owners(cover: Cover, act: str, now: datetime, reason: str) -> Sequence[Draft]:
    """Whoever keeps networks there hears of a work and of its changes; of a silence nobody outside does."""
    if cover.kind == CoverKind.SILENCE or act == "confirmed":
        return ()
    found = [asset.owner for asset in owners_of(cover) if asset.owner is not None]
    owners = {owner.pk: owner for owner in found if owner.pk != cover.organisation_id}
    figures = {**_figures(cover), "act": act, "reason": reason}
    return [
        Draft(
            PLANNED_WORK,
            KEEPS_NETWORK,
            urgent=False,
            key=f"cover-{cover.pk}-{act}-{now:%Y%m%d%H%M%S%f}-{owner.pk}",
            organisation=owner,
            figures=figures,
        )
        for owner in owners.values()
    ]


def _to_desk(cover: Cover, act: str, now: datetime) -> Sequence[Draft]:
    """The desk of the area is asked for the second person, with what it then does."""
    if act not in ("entered", "prolonged") or cover.pk not in waits_for_second([cover]):
        return ()
    desks = bodies_with_duty(kind="government", region_code=cover.region_code, at=now)[:1]
    figures = {**_figures(cover), "act": "asked", "reason": ""}
    return [
        Draft(
            PLANNED_WORK,
            WATCHES,
            urgent=False,
            key=f"cover-{cover.pk}-asked-{now:%Y%m%d%H%M%S%f}-{desk.pk}",
            organisation=desk,
            figures=figures,
        )
        for desk in desks
    ]


def _figures(cover: Cover) -> dict[str, object]:
    return {
        "cover": str(cover.pk),
        "kind": cover.kind,
        "what": cover.what,
        "who": cover.who,
        "contact": cover.contact,
        "asset": {"zh": str(cover.asset), "en": str(cover.asset)} if cover.asset else {},
        "street": cover.street,
        "by": names_of(cover.organisation) if cover.organisation else {},
        "hours": [timezone.localtime(cover.begins_at).isoformat(), timezone.localtime(cover.ends_at).isoformat()],
    }
