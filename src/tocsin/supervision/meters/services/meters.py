"""Meters of firms are added, swapped, corrected, shared and taken down; each act leaves what was before in the history."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.engine.work.firm import Role
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.meters.models import Meter, MeterPeriod, MeterShare
from tocsin.supervision.meters.queries import in_order, periods_of, with_history
from tocsin.supervision.meters.rules import ENDLESS, EVER, Change, sends_for, shares_fit
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True)
class Hung:
    """What hangs at a meter: the sensor that sends its readings, the number on the device, the multiplier of the transformers,
    and the one that the readings hold already (none: the same).
    """

    sensor_id: UUID | None = None
    serial: str = ""
    multiplier: float | None = None
    included: float | None = None


@dataclass(frozen=True)
class Described:
    """What a meter measures. `protects`: the code of a process meter of the same firm."""

    role: str
    name: str = ""
    rated_kw: float | None = None
    protects: str = ""


@transaction.atomic
def add_meter(
    *, actor: "User", object_id: UUID, code: str, described: Described, hung: Hung, since: datetime | None = None, now: datetime
) -> Meter:
    """A meter of a firm, from `since` on (none: from its first reading). InvalidInput for an unknown role, protected meter or
    sensor; Conflict for a code or a sensor that is taken.
    """
    found = SupervisedObject.objects.get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    if not code.strip():
        raise InvalidInput(_("A meter needs a code."))
    if Meter.objects.filter(code=code.strip()).exists():
        raise Conflict(_("There is a meter %(code)s already.") % {"code": code.strip()})
    meter = Meter(object=found, code=code.strip()[:60])
    _describe(meter, described)
    meter.save()
    _hang(actor, meter, hung, since, Change.ADDED, "", now)
    _audit(
        actor, "meter.added", meter, {"code": meter.code, "role": meter.role, "rated_kw": meter.rated_kw, **_told(hung, since)}
    )
    return meter


@transaction.atomic
def change_meter(*, actor: "User", meter_id: UUID, described: Described) -> Meter:
    """What a meter measures, put right; what hangs there stays."""
    meter = _held(actor, meter_id)
    before = _description(meter)
    _describe(meter, described)
    meter.save()
    after = _description(meter)
    _audit(actor, "meter.changed", meter, {name: [before[name], after[name]] for name in after if before[name] != after[name]})
    return meter


@transaction.atomic
def swap_meter(*, actor: "User", meter_id: UUID, hung: Hung, at: datetime, note: str = "", now: datetime) -> Meter:
    """From a moment on another device hangs there, or other transformers. Conflict for a moment that is booked already."""
    meter = _held(actor, meter_id)
    if at > now:
        raise InvalidInput(_("A swap is booked when it is done: its time lies ahead."))
    if meter.periods.filter(from_at=at, withdrawn_at__isnull=True).exists():
        raise Conflict(_("A change of this meter is booked for that moment already: correct that one."))
    known = in_order(meter.periods.filter(withdrawn_at__isnull=True))
    before = known.filter(Q(from_at__isnull=True) | Q(from_at__lt=at)).last()
    same = before is not None and (before.sensor_id, before.serial) == (hung.sensor_id, hung.serial.strip())
    _hang(actor, meter, hung, at, Change.MULTIPLIER if same else Change.SWAPPED, note, now)
    _audit(actor, "meter.swapped", meter, _told(hung, at))
    return meter


@transaction.atomic
def correct_period(
    *, actor: "User", period_id: UUID, hung: Hung, since: datetime | None, note: str, now: datetime
) -> MeterPeriod:
    """What was booked was wrong: another row takes its place, and the old one stays as withdrawn. A reason is asked for."""
    row = MeterPeriod.objects.select_related("meter").get(pk=period_id)
    meter = _held(actor, row.meter_id)
    if row.withdrawn_at is not None:
        raise Conflict(_("This entry has been corrected already."))
    if not note.strip():
        raise InvalidInput(_("Say what was wrong: readings of the past will count otherwise."))
    if since is not None and since > now:
        raise InvalidInput(_("A swap is booked when it is done: its time lies ahead."))
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    if meter.periods.filter(from_at=since, withdrawn_at__isnull=True).exists():
        raise Conflict(_("A change of this meter is booked for that moment already: correct that one."))
    made = _hang(actor, meter, hung, since, Change.CORRECTED, note, now)
    old = Hung(row.sensor_id, row.serial, row.multiplier, row.included)
    _audit(actor, "meter.corrected", meter, {"before": _told(old, row.from_at), "after": _told(hung, since), "why": made.note})
    return made


@transaction.atomic
def retire_meter(*, actor: "User", meter_id: UUID, at: datetime, note: str = "", now: datetime) -> Meter:
    """Nothing hangs there from a moment on; what was read before stays the firm's. A later swap puts it to use again."""
    meter = _held(actor, meter_id)
    if not meter.active:
        raise Conflict(_("This meter has been taken down already."))
    if at > now:
        raise InvalidInput(_("A swap is booked when it is done: its time lies ahead."))
    if meter.periods.filter(from_at__gte=at, withdrawn_at__isnull=True).exists():
        raise InvalidInput(_("Something is booked for a later time: correct that first."))
    _hang(actor, meter, Hung(), at, Change.RETIRED, note, now)
    _audit(actor, "meter.retired", meter, {"at": at.isoformat(), "why": note.strip()[:300]})
    return meter


@transaction.atomic
def share_meter(*, actor: "User", meter_id: UUID, shares: Mapping[UUID, float], at: datetime, now: datetime) -> Meter:
    """From a moment on so much of the meter is each firm's; what is left over is nobody's. An agreement of the same moment is
    replaced. InvalidInput names shares that do not fit and firms that the actor does not keep.
    """
    meter = _held(actor, meter_id)
    if not shares_fit({str(pk): share for pk, share in shares.items()}):
        raise InvalidInput(_("Shares lie between 0 and 100 %, and together make at most 100 %."))
    known = {one.pk: one for one in visible_objects(actor).filter(pk__in=shares, active=True)}
    if unknown := [pk for pk in shares if pk not in known]:
        raise InvalidInput(_("There is no such firm: %(firm)s.") % {"firm": unknown[0]})
    for one in known.values():
        require(actor, rights.MANAGE, one.region_code)
    meter.shares.filter(from_at=at).delete()
    MeterShare.objects.bulk_create(
        MeterShare(meter=meter, object=known[pk], share=share, from_at=at) for pk, share in shares.items()
    )
    told = {known[pk].code: share for pk, share in shares.items()}
    _audit(actor, "meter.shared", meter, {"from": at.isoformat(), "shares": told, "booked": now.isoformat()})
    return meter


def _held(actor: "User", meter_id: UUID) -> Meter:
    meter = Meter.objects.select_for_update(of=("self",)).select_related("object").get(pk=meter_id)
    require(actor, rights.MANAGE, meter.object.region_code)
    return meter


def _describe(meter: Meter, described: Described) -> None:
    if described.role not in tuple(Role):
        words = _("%(role)s is no role of a meter; known are %(known)s.")
        raise InvalidInput(words % {"role": described.role, "known": ", ".join(Role)})
    meter.role, meter.name, meter.rated_kw = described.role, described.name.strip()[:120], described.rated_kw
    meter.protects = None
    if described.protects:
        meter.protects = meter.object.meters.filter(code=described.protects).exclude(pk=meter.pk).first()
        if meter.protects is None:
            raise InvalidInput(_("This firm has no meter %(code)s.") % {"code": described.protects})


def _description(meter: Meter) -> dict[str, Any]:
    protects = meter.protects.code if meter.protects is not None else ""
    return {"role": meter.role, "name": meter.name, "rated_kw": meter.rated_kw, "protects": protects}


def _hang(
    actor: "User", meter: Meter, hung: Hung, since: datetime | None, change: Change, note: str, now: datetime
) -> MeterPeriod:
    """A new row of the history, and the meter as its newest row has it."""
    for one in (hung.multiplier, hung.included):
        if one is not None and not 0.0 < one < 1e6:
            raise InvalidInput(_("A multiplier lies above 0."))
    if hung.sensor_id is not None:
        _require_sensor(actor, meter, hung.sensor_id, since)
    made = MeterPeriod.objects.create(
        meter=meter,
        from_at=since,
        sensor_id=hung.sensor_id,
        serial=hung.serial.strip()[:60],
        multiplier=hung.multiplier,
        included=hung.included,
        change=change.value,
        note=note.strip()[:300],
        booked_at=now,
        booked_by=actor,
    )
    newest = in_order(meter.periods.filter(withdrawn_at__isnull=True)).last()
    if newest is not None:
        meter.sensor_id, meter.multiplier = newest.sensor_id, newest.multiplier
        meter.active = newest.change != Change.RETIRED
        meter.save(update_fields=["sensor", "multiplier", "active"])
    return made


def _require_sensor(actor: "User", meter: Meter, sensor_id: UUID, since: datetime | None) -> None:
    """A sensor of power that the actor sees, and whose readings count for no other meter from then to this one's next change."""
    sensor = visible_sensors(actor).filter(pk=sensor_id, quantity="power").first()
    if sensor is None:
        raise InvalidInput(_("There is no such sensor of power that you may see."))
    later = [one.from_at for one in meter.periods.filter(withdrawn_at__isnull=True, from_at__isnull=False)]
    ends = [ms_from_datetime(one) for one in later if one is not None and (since is None or one > since)]
    begin, end = EVER if since is None else ms_from_datetime(since), min(ends, default=ENDLESS)
    for other in with_history(Meter.objects.filter(periods__sensor=sensor_id).exclude(pk=meter.pk).distinct()):
        if sends_for(periods_of(other), sensor.index, begin, end):
            raise Conflict(_("Meter %(code)s has the readings of this sensor at that time.") % {"code": other.code})


def _told(hung: Hung, since: datetime | None) -> dict[str, Any]:
    return {
        "since": None if since is None else since.isoformat(),
        "sensor": None if hung.sensor_id is None else str(hung.sensor_id),
        "serial": hung.serial,
        "multiplier": hung.multiplier,
        "included": hung.included,
    }


def _audit(actor: "User", act: str, meter: Meter, details: Mapping[str, Any]) -> None:
    record_audit(actor, act, "meter", meter.pk, meter.object.region_code, dict(details))
