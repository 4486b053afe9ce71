"""Certificates of devices and authorities, as their readers and the doors need them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import UUID

from django.db.models import F, Prefetch, Q, QuerySet

from tocsin.base.keys import Purpose
from tocsin.base.sealing import SealBrokenError, Sealer
from tocsin.jurisdiction.areas.rules.codes import codes_above, governing_prefix
from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.certificates.models import CertificateAuthority, DeviceCertificate, RevocationList
from tocsin.sensing.certificates.rules.judging import CertificateWay, KnownAuthority, KnownCertificate, Trust
from tocsin.sensing.certificates.rules.reading import read_certificates
from tocsin.sensing.certificates.rules.revocation import Revocation
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries.registry import counted

COUNTER: Final = "certificates"
LISTS_KEPT: Final = 200  # in the memory of a process
MANAGE: Final = "sensors.manage"
SEALER: Final = Sealer(Purpose.CERTIFICATES, "certificates")
"""Of keys of the city's own authorities."""


def certificates_version() -> int:
    """A number that grows with every change by which doors judge otherwise."""
    return counted(COUNTER)


def known_trust() -> Trust:
    """All by which certificates are judged. Without an authority of a maker, regions of devices count for nothing."""
    columns = ("fingerprint", "device__code", "ends_at", "revoked_at", "listed_at", "listed_reason", "way", "issuer", "serial")
    certificates, revoked = {}, {}
    for fingerprint, code, ends_at, by_hand, listed_at, reason, way, issuer, serial in DeviceCertificate.objects.values_list(
        *columns
    ):
        if by_hand is not None:
            certificates[fingerprint] = KnownCertificate(code, by_hand, ends_at)
        elif way != CertificateWay.MAKER:
            certificates[fingerprint] = KnownCertificate(code, listed_at, ends_at, reason)
        if way == CertificateWay.MAKER and by_hand is not None:
            revoked[issuer, serial] = by_hand
    authorities = known_authorities()
    devices = Device.objects.filter(enabled=True).values_list("code", "region_code")
    return Trust(certificates, authorities, dict(devices) if certificates or authorities else {}, revoked)


def known_authorities() -> tuple[KnownAuthority, ...]:
    """Makers' authorities in force, with what their lists revoke."""
    lists = defaultdict(list)
    for pk, authority_id, issuer, digest in RevocationList.objects.values_list("pk", "authority_id", "issuer", "digest"):
        lists[authority_id].append((issuer, _revoked_by(pk, digest)))
    makers = CertificateAuthority.objects.filter(is_own=False, withdrawn_at=None)
    return tuple(
        KnownAuthority(one.pk, one.region_code, tuple(read_certificates(one.pem.encode())), tuple(lists[one.pk]))
        for one in makers
    )


@lru_cache(maxsize=LISTS_KEPT)
def _revoked_by(pk: UUID, _digest: str) -> Mapping[str, Revocation]:
    """What a list revokes, by serial number; kept, as lists change seldom and doors look at every change of a device."""
    entries = RevocationList.objects.filter(pk=pk).values_list("entries", flat=True).first() or {}
    return {serial: Revocation(datetime.fromtimestamp(since_s, UTC), reason) for serial, (since_s, reason) in entries.items()}


def visible_certificates(user: Person) -> QuerySet[DeviceCertificate]:
    """Certificates of devices in the regions where the user may manage sensors."""
    rows = DeviceCertificate.objects.select_related("device", "authority", "entered_by")
    return scope(rows, user, MANAGE, "device__region_code")


def search_certificates(
    user: Person, *, search: str = "", state: str = "", now: datetime, warn_days: int
) -> QuerySet[DeviceCertificate]:
    """Visible ones whose device, subject or fingerprint holds the text; `state` in_force, ending, ended or revoked."""
    found = visible_certificates(user)
    if search:
        texts = Q(device__code__icontains=search) | Q(device__name__icontains=search) | Q(subject__icontains=search)
        found = found.filter(texts | Q(fingerprint__startswith=search.replace(":", "").lower()))
    match state:
        case "in_force":
            return found.filter(in_force(now))
        case "ending":
            return found.filter(in_force(now), not_after__lte=now + timedelta(days=warn_days))
        case "ended":
            return found.filter(Q(not_after__lte=now) | Q(ends_at__lte=now), revoked_at=None, listed_at=None)
        case "revoked":
            return found.exclude(revoked_at=None, listed_at=None)
    return found


def in_force(now: datetime) -> Q:
    """Of rows: neither revoked, by hand or by a list of its maker, nor replaced, nor expired."""
    ended = Q(not_after__isnull=False, not_after__lte=now) | Q(ends_at__isnull=False, ends_at__lte=now)
    return Q(revoked_at=None, listed_at=None) & ~ended


def certificates_of(device: Device) -> Sequence[DeviceCertificate]:
    """All that are or were the device's, those in force first, then the newest."""
    rows = DeviceCertificate.objects.filter(device=device).select_related("authority", "entered_by")
    return list(rows.order_by(F("revoked_at").desc(nulls_first=True), "-entered_at"))


def visible_authorities(user: Person) -> QuerySet[CertificateAuthority]:
    """Authorities of regions where the user may manage sensors, with their lists and from where those are fetched."""
    lists = Prefetch("revocation_lists", RevocationList.objects.defer("entries").select_related("taken_by"))
    rows = CertificateAuthority.objects.select_related("entered_by", "list_source").prefetch_related(lists)
    return scope(rows, user, MANAGE)


def own_authority(region_code: str, now: datetime) -> CertificateAuthority | None:
    """The city's authority that issues for devices of the region: the nearest one that is in force."""
    above = codes_above(governing_prefix(region_code))
    rows = CertificateAuthority.objects.filter(
        is_own=True, withdrawn_at=None, not_after__gt=now, region_code__in=[*above, region_code]
    )
    return max(rows, key=lambda one: (len(governing_prefix(one.region_code)), one.entered_at), default=None)


def opened(sealed: str) -> bytes:
    """The key that lies sealed, also under an earlier key of the installation; empty where none opens it."""
    try:
        return SEALER.open(sealed)
    except SealBrokenError:
        return b""
