"""Certificates of devices for programs."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.certificates import queries
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.rules.reading import LARGEST_BYTES
from tocsin.sensing.certificates.services import authorities, lists
from tocsin.sensing.certificates.services import certificates as services
from tocsin.sensing.certificates.shown import (
    CertificateAuthorityOut,
    DeviceCertificateOut,
    RevocationListOut,
    describe_authority,
    describe_certificate,
    describe_list,
)
from tocsin.sensing.devices.queries.registry import visible_devices

router = Router()

type Pem = Annotated[str, Field(max_length=LARGEST_BYTES)]


class CertificateFilter(Slice):
    search: str = Field("", description="in code and name of the device and in the subject; or how the fingerprint begins")
    state: Literal["", "in_force", "ending", "ended", "revoked"] = ""


class DeviceCertificatesOut(Schema):
    items: list[DeviceCertificateOut]
    total: int


class DeviceCertificateIn(Schema, extra="forbid"):
    certificate: Pem = Field(description="PEM, or the SHA-256 fingerprint of a certificate")


class CertificateRequestIn(Schema, extra="forbid"):
    request: Pem = Field(description="a signing request (PKCS #10, PEM); of it only the key is taken")


class CertificateWithKey(Schema):
    certificate: DeviceCertificateOut
    key: str = Field(description="the private key (PKCS #8, PEM); in this answer and nowhere else")


class OwnAuthorityIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    region_code: str = Field(pattern=r"^[0-9]{6}$", description="for whose devices it issues, and for those below")


class MakersAuthorityIn(OwnAuthorityIn):
    certificates: Pem = Field(description="PEM; every one that signs certificates of devices")


class RevocationListIn(Schema, extra="forbid"):
    crl: str = Field(description="a complete list: PEM, or DER in base64")


class TakenListOut(RevocationListOut):
    revoked: list[str] = Field(description="codes of the devices whose certificates it newly revokes")


class ListSourceIn(Schema, extra="forbid"):
    url: str = Field(max_length=lists.LONGEST_URL, description="http or https; empty: lists are not fetched")


@router.get("/certificates", response=DeviceCertificatesOut)
def device_certificates(request: HttpRequest, wanted: Query[CertificateFilter]) -> DeviceCertificatesOut:
    """Certificates of devices, newest first."""
    now, warn_days = current_time(), certificates_policy().certificates.warn_days
    found = queries.search_certificates(request.user, search=wanted.search, state=wanted.state, now=now, warn_days=warn_days)
    part = wanted.part(found)
    return DeviceCertificatesOut(items=[describe_certificate(one, now) for one in part["items"]], total=part["total"])


@router.get("/devices/{uuid:device_id}/certificates", response=list[DeviceCertificateOut])
def certificates_of_device(request: HttpRequest, device_id: UUID) -> list[DeviceCertificateOut]:
    """All that are or were a device's, newest first."""
    rows = queries.visible_certificates(request.user).filter(device=visible_devices(request.user).get(pk=device_id))
    return [describe_certificate(one, current_time()) for one in rows]


@router.post("/devices/{uuid:device_id}/certificates", response={201: DeviceCertificateOut})
def enter_certificate(request: HttpRequest, device_id: UUID, given: DeviceCertificateIn) -> Status[DeviceCertificateOut]:
    """The certificate is the device's from now on; those before it hold for the days of policy beside it."""
    visible_devices(request.user).get(pk=device_id)
    now = current_time()
    content = given.certificate.encode()
    made = services.pin_certificate(actor=actor_of(request), device_id=device_id, content=content, now=now)
    return Status(201, describe_certificate(made, now))


@router.post("/devices/{uuid:device_id}/certificates/issue", response={201: DeviceCertificateOut})
def issue_certificate(request: HttpRequest, device_id: UUID, given: CertificateRequestIn) -> Status[DeviceCertificateOut]:
    """The city's authority issues a certificate for the key of a signing request."""
    visible_devices(request.user).get(pk=device_id)
    now = current_time()
    made = services.issue_certificate(actor=actor_of(request), device_id=device_id, request=given.request, now=now)
    return Status(201, describe_certificate(made, now))


@router.post("/devices/{uuid:device_id}/certificates/issue-key", response={201: CertificateWithKey})
def issue_key(request: HttpRequest, device_id: UUID) -> Status[CertificateWithKey]:
    """A new key with its certificate, for a device that can make no key itself. The key is in this answer and nowhere else."""
    visible_devices(request.user).get(pk=device_id)
    now = current_time()
    made = services.issue_key(actor=actor_of(request), device_id=device_id, now=now)
    return Status(201, CertificateWithKey(certificate=describe_certificate(made.certificate, now), key=made.key_pem))


@router.post("/certificates/{uuid:device_certificate_id}/revoke", response=DeviceCertificateOut)
def revoke_certificate(request: HttpRequest, device_certificate_id: UUID) -> DeviceCertificateOut:
    """No device comes in by it from now on; connections that are open by it end within seconds."""
    queries.visible_certificates(request.user).get(pk=device_certificate_id)
    now = current_time()
    made = services.revoke_certificate(actor=actor_of(request), certificate_id=device_certificate_id, now=now)
    return describe_certificate(made, now)


@router.get("/certificate-authorities", response=list[CertificateAuthorityOut])
def certificate_authorities(request: HttpRequest, wanted: Query[Slice]) -> list[CertificateAuthorityOut]:
    """Authorities, the city's own and those of makers, newest first; withdrawn ones too."""
    return [describe_authority(one, current_time()) for one in wanted.cut(queries.visible_authorities(request.user))]


@router.post("/certificate-authorities", response={201: CertificateAuthorityOut})
def enter_authority(request: HttpRequest, given: MakersAuthorityIn) -> Status[CertificateAuthorityOut]:
    """A maker's authority: who comes with a certificate that it has signed, in the name of a registered device, is let in."""
    made = authorities.enter_authority(
        actor=actor_of(request),
        name=given.name,
        region_code=given.region_code,
        content=given.certificates.encode(),
        now=current_time(),
    )
    return Status(201, describe_authority(made, current_time()))


@router.post("/certificate-authorities/own", response={201: CertificateAuthorityOut})
def make_authority(request: HttpRequest, given: OwnAuthorityIn) -> Status[CertificateAuthorityOut]:
    """The city's own authority, with a new key that lies sealed here."""
    made = authorities.make_authority(actor=actor_of(request), name=given.name, region_code=given.region_code, now=current_time())
    return Status(201, describe_authority(made, current_time()))


@router.post("/certificate-authorities/{uuid:certificate_authority_id}/withdraw", response=CertificateAuthorityOut)
def withdraw_authority(request: HttpRequest, certificate_authority_id: UUID) -> CertificateAuthorityOut:
    """A maker's lets nobody in from now on; the city's own issues no more, and what it has issued stays the devices'."""
    queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    now = current_time()
    authorities.withdraw_authority(actor=actor_of(request), authority_id=certificate_authority_id, now=now)
    return describe_authority(queries.visible_authorities(request.user).get(pk=certificate_authority_id), now)


@router.post("/certificate-authorities/{uuid:certificate_authority_id}/revocation-lists", response={201: TakenListOut})
def take_revocation_list(request: HttpRequest, certificate_authority_id: UUID, given: RevocationListIn) -> Status[TakenListOut]:
    """A newer list of what a maker's authority has revoked: connections of these certificates end within seconds."""
    queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    now = current_time()
    taken = lists.take_list(actor=actor_of(request), authority_id=certificate_authority_id, content=given.crl.encode(), now=now)
    revoked = sorted({one.device.code for one in taken.revoked})
    return Status(201, TakenListOut(**describe_list(taken.row, now).dict(), revoked=revoked))


@router.post("/certificate-authorities/{uuid:certificate_authority_id}/list-source", response=CertificateAuthorityOut)
def set_list_source(request: HttpRequest, certificate_authority_id: UUID, given: ListSourceIn) -> CertificateAuthorityOut:
    """From where lists of a maker's authority are fetched, before the next one is due."""
    queries.visible_authorities(request.user).get(pk=certificate_authority_id)
    now = current_time()
    lists.set_list_source(actor=actor_of(request), authority_id=certificate_authority_id, url=given.url, now=now)
    return describe_authority(queries.visible_authorities(request.user).get(pk=certificate_authority_id), now)
