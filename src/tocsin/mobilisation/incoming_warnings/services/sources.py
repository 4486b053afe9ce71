"""Services are registered, changed, bound to the token that pushes, and ended."""

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.jurisdiction.face import all_regions, may_anywhere, own_tokens, require, require_person_at_screen
from tocsin.mobilisation.incoming_warnings.models import WarningService
from tocsin.mobilisation.incoming_warnings.policy import incoming_policy
from tocsin.mobilisation.incoming_warnings.queries.incoming import visible_services
from tocsin.mobilisation.incoming_warnings.rules.states import MANAGE, PUSH, Kind, Way
from tocsin.mobilisation.public_warnings.rules.cap.certificates import read_certificates
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_MOST_CERTIFICATES = 20


@dataclass(frozen=True, kw_only=True)
class NewService:
    """What an administrator says of a service. `private`: inner addresses or networks that may be asked, with blanks between."""

    region_code: str
    name: str
    kind: Kind
    way: Way
    regions: list[str] = field(default_factory=list)
    address: str = ""
    interval_s: int = 300
    private: str = ""
    certificates: str = ""
    takes_unsigned: bool = False
    silent_h: int = 24


@transaction.atomic
def register_service(*, actor: "User", new: NewService, now: datetime) -> WarningService:
    """From now on its warnings are taken in."""
    require_person_at_screen(actor)
    require(actor, MANAGE, new.region_code)
    service = WarningService(region_code=new.region_code, made_at=now, made_by=actor)
    _fill(service, new)
    service.save()
    _note(actor, "warning_service.registered", service)
    return service


@transaction.atomic
def change_service(*, actor: "User", service_id: UUID, new: NewService) -> WarningService:
    """Other settings; the area that keeps it and the way stay."""
    service = _held(actor, service_id)
    if (new.region_code, new.way) != (service.region_code, service.way):
        raise InvalidInput(_("Area and way stay as they are: register another service."))
    _fill(service, new)
    service.next_at, service.etag, service.modified = None, "", ""
    service.save()
    _note(actor, "warning_service.changed", service)
    return service


@transaction.atomic
def bind_push_token(*, actor: "User", service_id: UUID, token_id: UUID, now: datetime) -> WarningService:
    """One of the actor's own tokens with the scope `warnings.push` sends from now on as this service, and as no other; the token
    that did so before does no longer.
    """
    service = _held(actor, service_id)
    if service.way != "push":
        raise InvalidInput(_("This service is asked at its address: it pushes nothing."))
    if token_id not in {one.pk for one in own_tokens(actor, PUSH, now=now)}:
        raise InvalidInput(_("Choose one of your own tokens with the scope warnings.push; it is made on your account page."))
    if WarningService.objects.filter(token_id=token_id).exclude(pk=service.pk).exists():
        raise Conflict(_("This token is bound already; make a new one for another service."))
    service.token_id = token_id
    service.save(update_fields=["token_id"])
    _note(actor, "warning_service.token_bound", service)
    return service


@transaction.atomic
def end_service(*, actor: "User", service_id: UUID, now: datetime) -> WarningService:
    """Nothing of it is taken in any longer; what came stays, and holds until its own end."""
    service = _held(actor, service_id)
    service.ended_at, service.ended_by, service.token_id = now, actor, None
    service.save(update_fields=["ended_at", "ended_by", "token_id"])
    _note(actor, "warning_service.ended", service)
    return service


def service_of(actor: "User") -> WarningService:
    """The service to which the token of this request is bound; Conflict says how to bind it."""
    if not may_anywhere(actor, PUSH):
        raise NotAllowed(_("Your roles, or this token, do not send warnings of services."))
    found = WarningService.objects.filter(token_id=actor.token_id, ended_at=None).first() if actor.token_id else None
    if found is None:
        raise Conflict(_("Warnings are sent with a token of the scope warnings.push that is bound to its service."))
    return found


def _held(actor: "User", service_id: UUID) -> WarningService:
    require_person_at_screen(actor)
    visible_services(actor).get(pk=service_id)
    service = WarningService.objects.select_for_update().get(pk=service_id)
    require(actor, MANAGE, service.region_code)
    if service.ended_at is not None:
        raise Conflict(_("This service was ended: register it anew."))
    return service


def _fill(service: WarningService, new: NewService) -> None:
    policy = incoming_policy(new.region_code)
    if not new.name.strip():
        raise InvalidInput(_("Give the service a name."))
    if not policy.least_interval_s <= new.interval_s <= 86_400:
        raise InvalidInput(_("A service is asked every %(least)s to 86400 seconds.") % {"least": policy.least_interval_s})
    if not 1 <= new.silent_h <= 24 * 60:
        raise InvalidInput(_("A service is silent after 1 to 1440 hours."))
    service.name, service.kind, service.way = new.name.strip()[:120], new.kind, new.way
    service.regions = _regions(new)
    service.address = _address(new)
    service.interval_s, service.silent_h = new.interval_s, new.silent_h
    service.private = _private(new.private)
    service.certificates = _certificates(new)
    service.takes_unsigned = new.takes_unsigned


def _regions(new: NewService) -> list[str]:
    known = {one.code for one in all_regions()}
    wanted = sorted(set(new.regions)) or [new.region_code]
    if unknown := [code for code in wanted if code not in known]:
        raise InvalidInput(_("There is no region %(code)s.") % {"code": unknown[0]})
    if beyond := [code for code in wanted if not governs(new.region_code, code)]:
        raise InvalidInput(_("%(code)s lies outside of the area that keeps this service.") % {"code": beyond[0]})
    return wanted


def _address(new: NewService) -> str:
    if new.way == "push":
        return ""
    address = new.address.strip()
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or len(address) > 500:
        raise InvalidInput(
            _("Give the whole address of the feed, such as https://weather.example/cap.atom, and no password in it.")
        )
    return address


def _private(text: str) -> list[str]:
    """Addresses and networks in one form; a name stays a name."""
    found = []
    for one in text.replace(",", " ").split():
        try:
            found.append(str(ip_network(one, strict=False)))
        except ValueError:
            found.append(one)
    return found[:20]


def _certificates(new: NewService) -> str:
    text = new.certificates.strip()
    if not text:
        if not new.takes_unsigned:
            raise InvalidInput(_("Nothing of it would be trusted: paste a certificate in PEM, or take unsigned messages."))
        return ""
    if "-----BEGIN CERTIFICATE" not in text:
        raise InvalidInput(_("Certificates are pasted in PEM: -----BEGIN CERTIFICATE----- and so on."))
    if len(read_certificates(text.encode())) > _MOST_CERTIFICATES:
        raise InvalidInput(_("At most %(most)s certificates.") % {"most": _MOST_CERTIFICATES})
    return text + "\n"


def _note(actor: "User", act: str, service: WarningService) -> None:
    details: dict[str, object] = {
        "name": service.name,
        "way": service.way,
        "address": service.address,
        "regions": " ".join(service.regions),
        "private": " ".join(service.private),
        "unsigned": service.takes_unsigned,
        "token": str(service.token_id or ""),
    }
    record_audit(actor, act, "warning_service", service.pk, service.region_code, details)
