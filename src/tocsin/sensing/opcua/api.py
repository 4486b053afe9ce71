"""Servers of OPC UA, for programs."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.requests import costly
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.opcua import queries
from tocsin.sensing.opcua.models import OpcUaServer
from tocsin.sensing.opcua.rules.nodes import Node, read_nodes
from tocsin.sensing.opcua.rules.places import Security
from tocsin.sensing.opcua.services import servers as services
from tocsin.sensing.opcua.services import trial
from tocsin.sensing.opcua.services.servers import Place
from tocsin.sensing.opcua.shown import CertificateShown, certificate_shown, certificates_of, nodes_shown, offers_of

router = Router()


class OpcUaFilter(Slice):
    search: str = ""


class OpcUaNode(Schema):
    channel: str = Field(description="of the server's device, or code/channel of one that it carries")
    node: str = Field(description="NodeId, such as ns=2;s=Well7.Methane, or with nsu= in the place of ns=")
    factor: float = 1.0
    offset: float = 0.0
    deadband: float = Field(0.0, description="changes of the raw value that are smaller are not told")

    def read(self) -> Node:
        return Node(**self.dict())


class OpcUaServerEdit(Schema):
    endpoint: str = Field(description="opc.tcp://host:port/path")
    security: Security = Security.SIGN_AND_ENCRYPT
    user_name: str = Field("", description="empty: anonymous")
    password: str | None = Field(None, description="kept sealed and never told; null leaves the present one, empty takes it away")
    period_s: float = Field(60.0, description="all nodes are read so often, whatever the subscription tells")
    sampling_s: float = Field(1.0, description="how often the server is asked to look for changes; 0: as fast as it does")
    queue: int = Field(10, description="values of a node that the server is asked to keep for us")

    def place(self) -> Place:
        return Place(**self.dict(include=set(OpcUaServerEdit.model_fields)))


class OpcUaServerIn(OpcUaServerEdit):
    device_code: str
    nodes: list[OpcUaNode] = []


class OpcUaServerOut(Schema):
    id: UUID
    device_id: UUID
    device_code: str = Field(alias="device.code")
    region_code: str = Field(alias="device.region_code")
    endpoint: str
    security: Security
    user_name: str
    fingerprint: str = Field(description="SHA-256 of the certificate that is trusted; empty: none, and the server is not asked")
    trusted_at: datetime | None
    period_s: float
    sampling_s: float
    queue: int
    nodes: list[OpcUaNode]
    entered_at: datetime

    @staticmethod
    def resolve_nodes(row: OpcUaServer) -> list[Node]:
        return list(read_nodes(row.nodes_text))

    @staticmethod
    def resolve_fingerprint(row: OpcUaServer) -> str:
        shown = certificate_shown(bytes(row.certificate))
        return "" if shown is None else shown.plain


class OpcUaServers(Schema):
    items: list[OpcUaServerOut]
    total: int


class OpcUaNodes(Schema):
    nodes: list[OpcUaNode]


class OpcUaValue(Schema):
    channel: str
    node: str
    value: float | None = Field(description="in the unit that the sensor is registered with; null: not measured, or refused")
    quality: str = Field(description="good, suspect or bad, as the status code says; empty: refused")
    refused: str = ""


class OpcUaTrial(Schema):
    values: list[OpcUaValue] = []
    refused: str = Field("", description="why the server can't be asked at all")


class OpcUaBranch(Schema):
    node: str
    name: str
    is_variable: bool
    value: str


class OpcUaBranches(Schema):
    items: list[OpcUaBranch] = []
    cut_short: bool = False
    refused: str = ""


class OpcUaCertificate(Schema):
    fingerprint: str = Field(description="SHA-256, in hex")
    thumbprint: str = Field(description="SHA-1, by which many servers list certificates")
    subject: str
    until: str

    @classmethod
    def of(cls, one: CertificateShown) -> Self:
        return cls(fingerprint=one.plain, thumbprint=one.thumbprint, subject=one.subject, until=one.until)


class OpcUaOffer(Schema):
    security: str
    policy: str
    users: str
    is_ours: bool


class OpcUaLook(Schema):
    certificates: list[OpcUaCertificate] = []
    endpoints: list[OpcUaOffer] = []
    own: OpcUaCertificate | None = Field(None, description="Tocsin's own, to be trusted at the server")
    refused: str = ""


class OpcUaFingerprint(Schema):
    fingerprint: str = Field(description="SHA-256 of the certificate that the server shows")


@router.get("opcua-servers", response=OpcUaServers)
def list_opcua_servers(request: HttpRequest, filters: Query[OpcUaFilter]) -> Part[OpcUaServer]:
    """Servers of OPC UA that you may see, by the code of their device."""
    return filters.part(queries.search_servers(request.user, search=filters.search))


@router.post("opcua-servers", response={201: OpcUaServerOut})
def enter_opcua_server(request: HttpRequest, new: OpcUaServerIn) -> Status[OpcUaServer]:
    """A registered device is asked by OPC UA from here on; a secured one as soon as its certificate is trusted."""
    nodes = tuple(one.read() for one in new.nodes)
    made = services.enter_server(actor=actor_of(request), device_code=new.device_code, place=new.place(), nodes=nodes)
    return Status(201, made)


@router.get("opcua-servers/{opcua_server_id}", response=OpcUaServerOut)
def get_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> OpcUaServer:
    """One server."""
    return queries.visible_servers(request.user).get(pk=opcua_server_id)


@router.put("opcua-servers/{opcua_server_id}", response=OpcUaServerOut)
def change_opcua_server(request: HttpRequest, opcua_server_id: UUID, change: OpcUaServerEdit) -> OpcUaServer:
    """Another place, another pace. Another host or port: its certificate must be trusted, its password given anew."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    return services.change_server(actor=actor_of(request), server_id=opcua_server_id, place=change.place())


@router.put("opcua-servers/{opcua_server_id}/nodes", response=OpcUaServerOut)
def change_opcua_nodes(request: HttpRequest, opcua_server_id: UUID, change: OpcUaNodes) -> OpcUaServer:
    """Another list of nodes."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    nodes = tuple(one.read() for one in change.nodes)
    return services.change_nodes(actor=actor_of(request), server_id=opcua_server_id, nodes=nodes)


@router.delete("opcua-servers/{opcua_server_id}", response={204: None})
def withdraw_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> Status[None]:
    """The device is no longer asked; what it told stays."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    services.withdraw_server(actor=actor_of(request), server_id=opcua_server_id)
    return Status(204, None)


@router.post("opcua-servers/{opcua_server_id}/read", response=OpcUaTrial)
@costly
def read_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> OpcUaTrial:
    """Reads every node once, now, and keeps nothing."""
    found = queries.visible_servers(request.user).get(pk=opcua_server_id)
    with Attempt(temporarily=True) as attempt:
        attempt.answer = trial.read_now(found)
    if not attempt.done:
        return OpcUaTrial(refused=attempt.reason)
    rows = nodes_shown(read_nodes(found.nodes_text), queries.sensors_by_channel(found.device), attempt.answer)
    values = [
        OpcUaValue(channel=one.channel, node=one.node, value=one.value, quality=one.quality, refused=one.why) for one in rows
    ]
    return OpcUaTrial(values=values, refused="")


@router.post("opcua-servers/{opcua_server_id}/browse", response=OpcUaBranches)
@costly
def browse_opcua_server(request: HttpRequest, opcua_server_id: UUID, branch: str = "") -> OpcUaBranches:
    """What lies below a node, at first below that of all objects; variables with their values."""
    found = queries.visible_servers(request.user).get(pk=opcua_server_id)
    if branch:
        read_nodes(f"x {branch}")
    with Attempt(temporarily=True) as attempt:
        attempt.answer = trial.browse_now(found, branch)
    if not attempt.done:
        return OpcUaBranches(refused=attempt.reason)
    items = [
        OpcUaBranch(node=one.node, name=one.name, is_variable=one.is_variable, value=one.value) for one in attempt.answer.branches
    ]
    return OpcUaBranches(items=items, cut_short=attempt.answer.cut_short)


@router.post("opcua-servers/{opcua_server_id}/look", response=OpcUaLook)
@costly
def look_at_opcua_server(request: HttpRequest, opcua_server_id: UUID) -> OpcUaLook:
    """Which endpoints the server offers and which certificate it shows, to be compared by a person before it is trusted."""
    found = queries.visible_servers(request.user).get(pk=opcua_server_id)
    with Attempt(temporarily=True) as attempt:
        attempt.answer = trial.offered_now(found)
    mine = certificate_shown(queries.own_certificate())
    own = OpcUaCertificate.of(mine) if mine is not None else None
    if not attempt.done:
        return OpcUaLook(refused=attempt.reason, own=own)
    return OpcUaLook(
        certificates=[OpcUaCertificate.of(one) for one in certificates_of(attempt.answer)],
        endpoints=[OpcUaOffer(**vars(one)) for one in offers_of(attempt.answer, found.security)],
        own=own,
    )


@router.post("opcua-servers/{opcua_server_id}/trust", response=OpcUaServerOut)
@costly
def trust_opcua_server(request: HttpRequest, opcua_server_id: UUID, trusted: OpcUaFingerprint) -> OpcUaServer:
    """The server is known by this certificate from here on; refused where it shows another one now."""
    queries.visible_servers(request.user).get(pk=opcua_server_id)
    return services.trust_certificate(actor=actor_of(request), server_id=opcua_server_id, fingerprint=trusted.fingerprint)
