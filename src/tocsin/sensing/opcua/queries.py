"""Servers of OPC UA, as their readers and the poller need them."""

import base64

from django.db.models import Q, QuerySet

from tocsin.base.keys import Purpose
from tocsin.base.sealing import SealBrokenError, Sealer
from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries.registry import counted
from tocsin.sensing.opcua.models import OpcUaIdentity, OpcUaServer
from tocsin.sensing.opcua.rules.nodes import read_nodes
from tocsin.sensing.opcua.rules.places import Identity, KnownServer, Security

COUNTER = "opcua"
ONE = "own"
SEALER = Sealer(Purpose.OPCUA, "opcua")
"""Of passwords of servers, and of the key of our certificate."""


def visible_servers(user: Person) -> QuerySet[OpcUaServer]:
    """Servers whose devices lie in the regions where the user may manage sensors: an address inside is nobody else's business."""
    return scope(OpcUaServer.objects.select_related("device", "trusted_by"), user, "sensors.manage", "device__region_code")


def search_servers(user: Person, *, search: str = "") -> QuerySet[OpcUaServer]:
    """Visible servers whose endpoint, or whose device's code or name, holds the text."""
    found = visible_servers(user)
    if not search:
        return found
    return found.filter(Q(device__code__icontains=search) | Q(device__name__icontains=search) | Q(endpoint__icontains=search))


def sensors_by_channel(device: Device) -> dict[str, Sensor]:
    """The sensors of a device, and those of the devices that it carries, by the channels of a list of nodes."""
    found = {one.channel: one for one in device.sensors.all()}
    for one in Sensor.objects.filter(device__gateway=device).select_related("device"):
        found[f"{one.device.code}/{one.channel}"] = one
    return found


def opcua_version() -> int:
    """A number that grows with every change of servers."""
    return counted(COUNTER)


def known_servers() -> tuple[KnownServer, ...]:
    """Those of enabled devices, as the poller asks them; one whose certificate nobody trusts yet is not asked."""
    rows = OpcUaServer.objects.filter(device__enabled=True).select_related("device", "secret").order_by("device__code")
    mine = own_identity()
    servers = (known_server(row, mine) for row in rows.iterator(chunk_size=500))
    return tuple(one for one in servers if one.security is Security.NONE or (one.certificate and one.identity))


def known_server(row: OpcUaServer, mine: Identity | None) -> KnownServer:
    """One of them."""
    secret = getattr(row, "secret", None)
    return KnownServer(
        code=row.device.code,
        endpoint=row.endpoint,
        security=Security(row.security),
        user=row.user_name,
        password=opened(secret.sealed) if secret is not None else "",
        certificate=bytes(row.certificate),
        period_s=row.period_s,
        sampling_s=row.sampling_s,
        queue=row.queue,
        nodes=read_nodes(row.nodes_text),
        identity=mine if row.security != Security.NONE else None,
    )


def own_identity() -> Identity | None:
    """Tocsin's own certificate with its key; None where none was made yet, or no key opens it."""
    row = OpcUaIdentity.objects.select_related("secret").filter(name=ONE).first()
    key = opened(row.secret.sealed) if row is not None else ""
    return Identity(row.application_uri, bytes(row.certificate), base64.b64decode(key)) if row is not None and key else None


def own_certificate() -> bytes:
    """Tocsin's own certificate (DER); empty where none was made yet."""
    return bytes(OpcUaIdentity.objects.filter(name=ONE).values_list("certificate", flat=True).first() or b"")


def opened(sealed: str) -> str:
    """What lies sealed, also under an earlier key; empty where no key opens it."""
    try:
        return SEALER.open_text(sealed)
    except SealBrokenError:
        return ""
