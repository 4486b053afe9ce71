"""Certificates of devices and authorities as people and programs read them, and the notice that one ends soon."""

import base64
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.reasons import told
from tocsin.jurisdiction.face import Person, may
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.screens.clock import current_time
from tocsin.sensing.certificates.models import WAY_NAMES, CertificateAuthority, DeviceCertificate, ListSource, RevocationList
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE, certificates_of, own_authority
from tocsin.sensing.certificates.rules.judging import (
    CERTIFICATE_KEEPER,
    CERTIFICATES_CLOSING,
    CertificateWay,
    Verdict,
    standing,
)
from tocsin.sensing.certificates.rules.revocation import CERTIFICATE_LISTS, REASONS
from tocsin.sensing.devices.queries.sending import line_by_certificate, mqtt_has_tls
from tocsin.sensing.devices.shown import DeviceSection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.face import Notice
    from tocsin.sensing.devices.models import Device

STATE_NAMES: Final[dict[Verdict, Promise]] = {
    Verdict.GOOD: pgettext_lazy("state of a certificate", "in force"),
    Verdict.NOT_YET: pgettext_lazy("state of a certificate", "not yet valid"),
    Verdict.EXPIRED: pgettext_lazy("state of a certificate", "expired"),
    Verdict.REVOKED: pgettext_lazy("state of a certificate", "revoked"),
    Verdict.REPLACED: pgettext_lazy("state of a certificate", "replaced"),
}

BY_ITS_MAKER: Final = pgettext_lazy("state of a certificate", "revoked by its maker")


class DeviceCertificateOut(Schema):
    """A certificate that is a device's, or was."""

    id: UUID
    device_id: UUID
    device_code: str
    way: CertificateWay = Field(description="entered by a person, issued by the city's authority, or of an enrolled authority")
    way_name: str
    state: Verdict
    state_name: str
    fingerprint: str = Field(description="SHA-256 of the whole certificate, in hex")
    subject: str = Field(description="empty where only the fingerprint is known yet")
    issuer: str
    serial: str
    key: str = Field(description="kind and strength of its key")
    not_before: datetime | None
    not_after: datetime | None
    ends_at: datetime | None = Field(description="when a newer one takes its place")
    revoked_at: datetime | None
    revoked_because: str = Field(description="why its maker's list revokes it; empty where no list does")
    used_at: datetime | None = Field(description="when a device came in by it last")
    entered_at: datetime
    entered_by: str
    authority: str
    pem: str


class RevocationListOut(Schema):
    """The newest list of what an authority has revoked, of one of its keys and distribution points."""

    id: UUID
    issuer: str
    scope: str = Field(description="the distribution point that the list names, if it does")
    number: str = Field(description="CRL number, in decimal; empty where it has none")
    this_update: datetime
    next_update: datetime
    overdue: bool = Field(description="past its next update; what it revokes stays revoked")
    count: int = Field(description="certificates that it revokes, of whomever they are")
    digest: str = Field(description="SHA-256 of the list (DER), in hex")
    taken_at: datetime
    taken_by: str


class ListSourceOut(Schema):
    """From where lists of an authority are fetched, and how that went."""

    url: str
    next_at: datetime
    tried_at: datetime | None
    fetched_at: datetime | None
    failures: int = Field(description="in a row")
    error: str


class CertificateAuthorityOut(Schema):
    """Who signs certificates of devices. The key of the city's own is in no answer."""

    id: UUID
    name: str
    region_code: str
    is_own: bool = Field(description="the city's own, which issues here")
    subject: str
    fingerprint: str
    not_after: datetime
    entered_at: datetime
    entered_by: str
    withdrawn_at: datetime | None
    pem: str
    lists: list[RevocationListOut] = Field(description="what it has revoked; empty for the city's own, which is revoked by hand")
    list_source: ListSourceOut | None


def describe_certificate(one: DeviceCertificate, now: datetime) -> DeviceCertificateOut:
    """One certificate as it stands; its device and authority are loaded."""
    withdrawn_at = one.authority.withdrawn_at if one.authority is not None and one.way == CertificateWay.MAKER else None
    revoked_at = one.revoked_at or one.listed_at or withdrawn_at
    state = standing(one.not_before, one.not_after, one.ends_at, revoked_at, now)
    is_listed = one.listed_at is not None and one.revoked_at is None
    return DeviceCertificateOut(
        id=one.pk,
        device_id=one.device_id,
        device_code=one.device.code,
        way=CertificateWay(one.way),
        way_name=str(WAY_NAMES[CertificateWay(one.way)]),
        state=state,
        state_name=str(BY_ITS_MAKER if is_listed else STATE_NAMES[state]),
        fingerprint=one.fingerprint,
        subject=one.subject,
        issuer=one.issuer,
        serial=one.serial,
        key=one.key,
        not_before=one.not_before,
        not_after=one.not_after,
        ends_at=one.ends_at,
        revoked_at=revoked_at,
        revoked_because=_(REASONS[one.listed_reason]) if one.listed_reason else "",
        used_at=one.used_at,
        entered_at=one.entered_at,
        entered_by=str(one.entered_by or ""),
        authority=str(one.authority or ""),
        pem=one.pem,
    )


def describe_list(one: RevocationList, now: datetime) -> RevocationListOut:
    """One list as it stands."""
    return RevocationListOut(
        id=one.pk,
        issuer=one.issuer,
        scope=one.scope,
        number=one.number,
        this_update=one.this_update,
        next_update=one.next_update,
        overdue=one.next_update <= now,
        count=one.count,
        digest=one.digest,
        taken_at=one.taken_at,
        taken_by=str(one.taken_by),
    )


def describe_authority(one: CertificateAuthority, now: datetime) -> CertificateAuthorityOut:
    """One authority with its lists, which are loaded."""
    source = getattr(one, "list_source", None)
    return CertificateAuthorityOut(
        id=one.pk,
        name=one.name,
        region_code=one.region_code,
        is_own=one.is_own,
        subject=one.subject,
        fingerprint=one.fingerprint,
        not_after=one.not_after,
        entered_at=one.entered_at,
        entered_by=str(one.entered_by),
        withdrawn_at=one.withdrawn_at,
        pem=one.pem,
        lists=[describe_list(each, now) for each in one.revocation_lists.all()],
        list_source=None if source is None else _source(source),
    )


def _source(one: ListSource) -> ListSourceOut:
    return ListSourceOut(
        url=one.url,
        next_at=one.next_at,
        tried_at=one.tried_at,
        fetched_at=one.fetched_at,
        failures=one.failures,
        error=told(one.error),
    )


def as_file(text: str) -> str:
    """A PEM text as an address by which a browser saves it."""
    return "data:application/x-pem-file;base64," + base64.b64encode(text.encode()).decode()


def _section(device: "Device", person: Person) -> dict[str, object] | None:
    if not may(person, MANAGE, device.region_code):
        return None
    now = current_time()
    certificates = [describe_certificate(one, now) for one in certificates_of(device)]
    return {
        "device": device,
        "certificates": certificates,
        "in_force": any(one.state is Verdict.GOOD for one in certificates),
        "authority": own_authority(device.region_code, now),
        "has_tls": mqtt_has_tls(),
        "line": line_by_certificate(device),
        "figures": certificates_policy().certificates,
    }


SECTION = DeviceSection("certificates", _section, "sensing/certificates/_of_device.html")


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many devices, the first of them, and the first end."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of the one device; of several, the list of those that end soon."""
    device = notice.figures["device"]
    return reverse("device", args=[device]) if device else reverse("device_certificates") + "?state=ending"


def _text(notice: "Notice") -> str:
    count = int(notice.figures["count"])
    until = timezone.localtime(datetime.fromisoformat(notice.figures["until"]))
    words = {"count": count, "codes": ", ".join(notice.figures["codes"]), "until": f"{until:%Y-%m-%d}"}
    return (
        ngettext(
            "The certificate of %(count)d device ends on %(until)s: %(codes)s",
            "The certificates of %(count)d devices end soon, the first on %(until)s: %(codes)s",
            count,
        )
        % words
    )


def list_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """Whose list is overdue, can't be fetched, or has revoked certificates of which devices."""
    return {notice.pk: _list_text(notice) for notice in notices}


def list_page(notice: "Notice") -> str:
    """The authority's page; of what was revoked the device's, or the list of those that are."""
    figures = notice.figures
    if figures["kind"] != "revoked":
        return reverse("certificate_authority", args=[figures["authority"]])
    return reverse("device", args=[figures["device"]]) if figures["device"] else reverse("device_certificates") + "?state=revoked"


def _list_text(notice: "Notice") -> str:
    figures = notice.figures
    since = timezone.localtime(datetime.fromisoformat(figures["since"]))
    words = {"name": figures["name"], "since": f"{since:%Y-%m-%d %H:%M}"}
    if figures["kind"] == "overdue":
        return _("The revocation list of “%(name)s” is overdue since %(since)s; what it revokes stays revoked") % words
    if figures["kind"] == "failing":
        return _("The revocation list of “%(name)s” can't be fetched: %(why)s") % {**words, "why": told(figures["why"])}
    count, codes = int(figures["count"]), ", ".join(figures["codes"])
    return ngettext(
        "The maker “%(name)s” has revoked the certificate of %(count)d device: %(codes)s",
        "The maker “%(name)s” has revoked the certificates of %(count)d devices: %(codes)s",
        count,
    ) % {**words, "count": count, "codes": codes}


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            CERTIFICATES_CLOSING,
            pgettext_lazy("purpose of a notice", "certificates of devices that end soon"),
            texts=texts,
            acted_on=page,
            permissions=(MANAGE,),
            stays=True,
        ),
        PurposeCard(
            CERTIFICATE_LISTS,
            pgettext_lazy("purpose of a notice", "revocation lists of makers"),
            texts=list_texts,
            acted_on=list_page,
            permissions=(MANAGE,),
            stays=True,
        ),
    ),
    reasons={CERTIFICATE_KEEPER: pgettext_lazy("told as", "keeper of devices with certificates")},
)
