"""Everything that is written about servers of OPC UA. Keyword-only, rights checked, in one transaction with its audit entry."""

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, Unavailable
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.sensing.devices.models import Counter, Device
from tocsin.sensing.opcua.models import OpcUaSecret, OpcUaServer
from tocsin.sensing.opcua.policy import opcua_policy
from tocsin.sensing.opcua.queries import COUNTER
from tocsin.sensing.opcua.rules.nodes import Node, check_nodes
from tocsin.sensing.opcua.rules.places import Security, check_endpoint, check_login, check_pace
from tocsin.sensing.opcua.services.identity import ensure_identity
from tocsin.sensing.opcua.services.secrets import keep_password
from tocsin.sensing.opcua.services.trial import offered_now

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MANAGE: Final = "sensors.manage"


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a server is and how it is asked. `password` None leaves the present one, an empty one takes it away."""

    endpoint: str
    security: Security
    user_name: str = ""
    password: str | None = None
    period_s: float = 60.0
    sampling_s: float = 1.0
    queue: int = 10


def enter_server(*, actor: "User", device_code: str, place: Place, nodes: tuple[Node, ...] = ()) -> OpcUaServer:
    """The device of this code is asked from here on; where its messages are secured, as soon as its certificate is trusted."""
    if place.security is not Security.NONE:
        ensure_identity()
    with transaction.atomic():
        device = Device.objects.select_for_update().filter(code=device_code).first()
        if device is None or not may(actor, MANAGE, device.region_code):
            raise InvalidInput(_("There is no device “%(given)s”; register it first.") % {"given": device_code[:64]})
        if OpcUaServer.objects.filter(device=device).exists():
            raise Conflict(_("Device %(code)s is entered already; change its entry.") % {"code": device.code})
        made = OpcUaServer(device=device, entered_at=current_time())
        _fill(made, place)
        made.nodes = OpcUaServer.lines_of(check_nodes(nodes, opcua_policy().asking.nodes))
        made.save(force_insert=True)
        keep_password(made, place.password or "")
        _changed()
        _audit(actor, "entered", made)
    return made


def change_server(*, actor: "User", server_id: UUID, place: Place) -> OpcUaServer:
    """Another place, another pace. The certificate of another endpoint must be trusted anew, and its password given anew."""
    if place.security is not Security.NONE:
        ensure_identity()
    with transaction.atomic():
        found = _locked(actor, server_id)
        moved = check_endpoint(place.endpoint) != check_endpoint(found.endpoint)
        password = "" if place.password is None and (moved or not place.user_name) else place.password
        has_password = bool(password) if password is not None else OpcUaSecret.objects.filter(server=found).exists()
        _fill(found, place, has_password=has_password)
        if moved:
            found.certificate, found.trusted_at, found.trusted_by = b"", None, None
        found.save()
        if password is not None:
            keep_password(found, password)
        _changed()
        _audit(actor, "changed", found)
    return found


@transaction.atomic
def change_nodes(*, actor: "User", server_id: UUID, nodes: tuple[Node, ...]) -> OpcUaServer:
    """Another list of nodes."""
    found = _locked(actor, server_id)
    found.nodes = OpcUaServer.lines_of(check_nodes(nodes, opcua_policy().asking.nodes))
    found.save(update_fields=["nodes"])
    _changed()
    _audit(actor, "changed", found)
    return found


def trust_certificate(*, actor: "User", server_id: UUID, fingerprint: str) -> OpcUaServer:
    """The server is known by the certificate of this fingerprint (SHA-256); Conflict where it shows another one now."""
    found = OpcUaServer.objects.select_related("device").get(pk=server_id)
    require(actor, MANAGE, found.device.region_code)
    wanted = fingerprint.replace(":", "").replace(" ", "").lower()
    try:
        shown = offered_now(found)
    except Unavailable as error:
        raise Conflict(str(error)) from None
    offered = {hashlib.sha256(one.certificate).hexdigest(): one.certificate for one in shown if one.certificate}
    if wanted not in offered:
        raise Conflict(_("The server shows no certificate of this fingerprint now; look at it again."))
    with transaction.atomic():
        locked = _locked(actor, server_id)
        if locked.endpoint != found.endpoint:
            raise Conflict(_("The endpoint was changed meanwhile; look at its certificate again."))
        locked.certificate, locked.trusted_at, locked.trusted_by = offered[wanted], current_time(), actor
        locked.save(update_fields=["certificate", "trusted_at", "trusted_by"])
        _changed()
        _audit(actor, "trusted", locked, {"fingerprint": wanted})
    return locked


@transaction.atomic
def withdraw_server(*, actor: "User", server_id: UUID) -> None:
    """The device is no longer asked; what it told stays."""
    found = _locked(actor, server_id)
    _audit(actor, "withdrawn", found)
    found.delete()
    _changed()


def _fill(found: OpcUaServer, place: Place, *, has_password: bool | None = None) -> None:
    asking = opcua_policy().asking
    check_endpoint(place.endpoint)
    check_login(place.security, place.user_name, bool(place.password) if has_password is None else has_password)
    check_pace(place.period_s, place.sampling_s, place.queue, asking.least_period_s, asking.queue)
    found.endpoint, found.security, found.user_name = place.endpoint, place.security.value, place.user_name[:100]
    found.period_s, found.sampling_s, found.queue = place.period_s, place.sampling_s, place.queue


def _locked(actor: "User", server_id: UUID) -> OpcUaServer:
    found = OpcUaServer.objects.select_for_update(of=("self",)).select_related("device").get(pk=server_id)
    require(actor, MANAGE, found.device.region_code)
    return found


def _changed() -> None:
    """The poller looks again."""
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + 1)


def _audit(actor: "User", what: str, found: OpcUaServer, more: dict[str, object] | None = None) -> None:
    device = found.device
    details = {
        "code": device.code,
        "endpoint": found.endpoint,
        "security": found.security,
        "user": found.user_name,
        "nodes": len(found.nodes),
        **(more or {}),
    }
    record_audit(actor, f"opcua.{what}", "device", device.pk, device.region_code, details)
