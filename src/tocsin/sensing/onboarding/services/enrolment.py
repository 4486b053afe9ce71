"""Keys by which devices enrol themselves: a person makes one for so many devices, a device exchanges it for its own secret."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal
from tocsin.base.reasons import kept
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import may, require, visible_organisations
from tocsin.records.face import record_audit
from tocsin.sensing.certificates.services.certificates import issue_anew
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.models import model_for, sheet_of
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.devices.queries.sending import topic_of
from tocsin.sensing.devices.rules import DEVICE_CODE, NewDevice, NewSensor, check_device_code, digest_of, sensor_of_channel
from tocsin.sensing.devices.services import credentials, registering
from tocsin.sensing.onboarding.models import Enrolment, EnrolmentKey
from tocsin.sensing.onboarding.queries import MANAGE, visible_keys
from tocsin.sensing.onboarding.rules.enrolment import KeyState, state_of
from tocsin.sensing.onboarding.services.telling import end_ringing

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KEY_BYTES: Final = 24


class UnknownKey(NotAllowed):
    """Nobody made this key: it may be a guess."""

    code = "unknown_key"


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """A key as it is asked for. `model_id` or `like_code`: the model or the device whose channels its devices get, if one is."""

    name: str
    region_code: str
    most: int
    days: int
    organisation_id: UUID | None = None
    code_prefix: str = ""
    like_code: str = ""
    model_id: UUID | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a device that enrols says of itself. Its place may be left to the key.

    `csr`: a signing request (PEM), for a certificate in place of a secret.
    """

    key: str
    code: str
    name: str = ""
    lon: float | None = None
    lat: float | None = None
    csr: str = ""


@dataclass(frozen=True)
class Enrolled:
    """What it is answered, this once: a secret, or a certificate with that of the authority that issued it (PEM)."""

    code: str
    secret: str
    topic: str
    channels: list[str]
    certificate: str = ""
    authority: str = ""


@transaction.atomic
def make_key(*, actor: "User", new: NewKey, now: datetime) -> tuple[EnrolmentKey, str]:
    """A key and its text, which is shown this once and never again."""
    require(actor, MANAGE, new.region_code)
    _check_key(new)
    model = None if new.model_id is None else model_for(actor, new.model_id)
    like = None
    if new.like_code:
        like = visible_devices(actor).filter(code=new.like_code).first()
        if like is None or not may(actor, MANAGE, like.region_code):
            raise InvalidInput(_("There is no device %(code)s that you manage.") % {"code": new.like_code})
    if new.organisation_id and not visible_organisations(actor).filter(pk=new.organisation_id).exists():
        raise InvalidInput(_("There is no such organisation that you may see."))
    text = secrets.token_hex(KEY_BYTES)
    made = EnrolmentKey.objects.create(
        name=new.name,
        key_sha256=digest_of(text),
        region_code=new.region_code,
        organisation_id=new.organisation_id,
        code_prefix=new.code_prefix,
        like=like,
        model=model,
        lon=new.lon,
        lat=new.lat,
        most=new.most,
        until=now + timedelta(days=new.days),
        made_at=now,
        made_by=actor,
    )
    details = {"name": new.name, "most": new.most, "days": new.days, "like": new.like_code, "model": str(model or "")}
    record_audit(actor, "enrolment_key.made", "enrolment_key", made.pk, made.region_code, details)
    return made, text


@transaction.atomic
def revoke_key(*, actor: "User", key_id: UUID, now: datetime) -> EnrolmentKey:
    """The key lets nobody in from now on; devices that came in by it stay."""
    made = visible_keys(actor).get(pk=key_id)
    if not EnrolmentKey.objects.filter(pk=made.pk, revoked_at=None).update(revoked_at=now):
        raise Conflict(_("This key was revoked already."))
    record_audit(actor, "enrolment_key.revoked", "enrolment_key", made.pk, made.region_code, {"name": made.name})
    made.revoked_at = now
    end_ringing(made, now=now)
    return made


@transaction.atomic
def renew_key(*, actor: "User", key_id: UUID, days: int, more: int, now: datetime) -> EnrolmentKey:
    """The same key, in whatever devices it stands, holds for so many days from now and lets so many devices more in."""
    limits = policy().enrolment
    found = visible_keys(actor).get(pk=key_id)
    locked = EnrolmentKey.objects.select_for_update().get(pk=found.pk)
    if locked.revoked_at is not None:
        raise Conflict(_("This key was revoked; make another one."))
    if not 1 <= days <= limits.longest_days:
        raise InvalidInput(_("A key holds for 1 to %(most)s days.") % {"most": limits.longest_days})
    if more < 0 or locked.most + more > limits.most_devices:
        raise InvalidInput(_("A key lets in 1 to %(most)s devices.") % {"most": limits.most_devices})
    locked.until, locked.most, locked.told_at = max(locked.until, now + timedelta(days=days)), locked.most + more, None
    locked.save(update_fields=["until", "most", "told_at"])
    end_ringing(locked, now=now)
    details = {"name": locked.name, "days": days, "more": more, "most": locked.most}
    record_audit(actor, "enrolment_key.renewed", "enrolment_key", locked.pk, locked.region_code, details)
    return visible_keys(actor).get(pk=key_id)


def enrol_device(*, asked: Asked, address: str, now: datetime) -> Enrolled:
    """Registers the device with a secret of its own, in the name of who made the key.

    UnknownKey for what nobody made. What else is refused stands with the key, for who looks after it. The same request again is
    answered with a new secret as long as the device has not been heard: the first answer may have been lost on its way.
    """
    key = EnrolmentKey.objects.filter(key_sha256=digest_of(asked.key)).select_related("made_by", "like", "model").first()
    if key is None:
        raise UnknownKey("nobody made this key for enrolment; compare it letter by letter")
    try:
        return _enrol(key, asked, address, now)
    except Refusal as error:
        EnrolmentKey.objects.filter(pk=key.pk).update(
            refused=F("refused") + 1, refused_at=now, refused_why=kept(_why(asked.code, error))
        )
        raise


@transaction.atomic
def _enrol(key: EnrolmentKey, asked: Asked, address: str, now: datetime) -> Enrolled:
    _refuse_closed(key, now)
    code = check_device_code(asked.code)
    if not code.startswith(key.code_prefix):
        raise InvalidInput("the device's code must begin with “%(prefix)s”", prefix=key.code_prefix)
    if not may(key.made_by, MANAGE, key.region_code):
        raise NotAllowed("who made this key no longer manages the sensors of its region; ask for another one")
    again = Enrolment.objects.filter(key=key, device__code=code, device__messages=0, device__enabled=True).first()
    if again is not None:
        secret = credentials.rotate_secret(actor=key.made_by, device_id=again.device_id)
        return _answered(key, asked, again.device_id, secret, _channels(again.device_id), now)
    if Device.objects.filter(code=code).exists():
        raise Conflict("the code %(code)s is taken; choose another one", code=code)
    open_keys = EnrolmentKey.objects.filter(pk=key.pk, revoked_at=None, until__gt=now, used__lt=F("most"))
    if not open_keys.update(used=F("used") + 1):
        raise NotAllowed("this key has let in as many devices as it was made for; ask for another one")
    sensors = _sensors(key, asked)
    new = NewDevice(
        code=code,
        name=storable(asked.name)[:120],
        region_code=key.region_code,
        organisation_id=key.organisation_id,
        model_id=key.model_id,
    )
    secret = registering.register_many(actor=key.made_by, devices=[new], sensors=sensors)[code]
    device = Device.objects.get(code=code)
    Enrolment.objects.create(key=key, device=device, at=now, address=address[:60])
    details = {"code": code, "key": key.name, "address": address[:60]}
    record_audit(key.made_by, "device.enrolled", "device", device.pk, device.region_code, details)
    return _answered(key, asked, device.pk, secret, [one.channel for one in sensors], now)


def _answered(key: EnrolmentKey, asked: Asked, device_id: UUID, secret: str, channels: list[str], now: datetime) -> Enrolled:
    """With a signing request a certificate, and nobody is told the secret that the device has besides."""
    if not asked.csr:
        return Enrolled(asked.code, secret, topic_of(asked.code), channels)
    made = issue_anew(actor=key.made_by, device_id=device_id, request=asked.csr, now=now)
    authority = made.authority.pem if made.authority is not None else ""
    return Enrolled(asked.code, "", topic_of(asked.code), channels, made.pem, authority)


def _refuse_closed(key: EnrolmentKey, now: datetime) -> None:
    """NotAllowed says why. A key that is used up still answers a device whose first answer was lost."""
    match state_of(used=key.used, most=key.most, until=key.until, is_revoked=key.revoked_at is not None, now=now):
        case KeyState.REVOKED:
            raise NotAllowed("this key was revoked; ask for another one")
        case KeyState.EXPIRED:
            raise NotAllowed("this key has expired; ask for another one")


def _sensors(key: EnrolmentKey, asked: Asked) -> list[NewSensor]:
    """Channels of the key's model, or as those of the device that it names, at the place that the device or the key tells."""
    channels = sheet_of(key.model).channels if key.model else ()
    if not channels and key.like is None:
        return []
    lon, lat = (asked.lon, asked.lat) if asked.lon is not None and asked.lat is not None else (key.lon, key.lat)
    if lon is None or lat is None:
        raise InvalidInput("where is it? Send lon and lat in degrees (WGS 84), or have a key made that tells a place")
    if channels or key.like is None:
        return [sensor_of_channel(one, asked.code, lon, lat) for one in channels]
    return [
        NewSensor(
            device_code=asked.code,
            channel=one.channel,
            quantity=one.quantity,
            unit=one.unit,
            lon=lon,
            lat=lat,
            interval_s=one.interval_s,
            silence_s=one.silence_s,
            resolution=one.resolution,
            accuracy=one.accuracy,
            profile=one.profile,
            alarm_low=one.alarm_low,
            alarm_high=one.alarm_high,
        )
        for one in key.like.sensors.filter(enabled=True).order_by("index")
    ]


def _channels(device_id: UUID) -> list[str]:
    return list(Device.objects.get(pk=device_id).sensors.order_by("index").values_list("channel", flat=True))


def _check_key(new: NewKey) -> None:
    limits = policy().enrolment
    if not new.name:
        raise InvalidInput(_("Give the key a name: what it is for."))
    if new.model_id is not None and new.like_code:
        raise InvalidInput(_("Name a model or a device, not both."))
    for told, most, text in (
        (new.most, limits.most_devices, _("A key lets in 1 to %(most)s devices.")),
        (new.days, limits.longest_days, _("A key holds for 1 to %(most)s days.")),
    ):
        if not 1 <= told <= most:
            raise InvalidInput(text % {"most": most})
    if new.code_prefix and not DEVICE_CODE.fullmatch(new.code_prefix):
        raise InvalidInput(_("Codes can't begin with %(prefix)s.") % {"prefix": new.code_prefix[:64]})
    if (new.lon is None) != (new.lat is None):
        raise InvalidInput(_("A place has longitude and latitude."))
    if new.lon is not None and new.lat is not None and not (-180 <= new.lon <= 180 and -90 <= new.lat <= 90):
        raise InvalidInput("%(lon)s, %(lat)s is no longitude and latitude in degrees", lon=new.lon, lat=new.lat)


def _why(code: str, error: Refusal) -> Refusal:
    return InvalidInput("%(code)s: %(why)s", code=code[:64], why=error)
