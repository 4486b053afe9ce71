"""Whoever keeps the devices hears of certificates that end soon, once, until each has a new one or is revoked; and of lists of
makers that are overdue, can't be fetched, or revoke certificates of devices.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.sensing.certificates.models import CertificateAuthority, DeviceCertificate, ListSource, RevocationList
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE, in_force
from tocsin.sensing.certificates.rules.judging import CERTIFICATE_KEEPER, CERTIFICATES_CLOSING
from tocsin.sensing.certificates.rules.revocation import CERTIFICATE_LISTS

AT_ONCE = 500


@transaction.atomic
def tell_ending_certificates(*, now: datetime) -> None:
    """One notice a region for all certificates whose end came near since the last look, and that no newer one follows."""
    soon = now + timedelta(days=certificates_policy().certificates.warn_days)
    newer = DeviceCertificate.objects.filter(in_force(now), device=OuterRef("device"), ends_at=None).filter(
        Q(not_after=None) | Q(not_after__gt=soon)
    )
    rows = DeviceCertificate.objects.filter(in_force(now), ~Exists(newer), matter="", not_after__lte=soon, device__enabled=True)
    found: dict[str, list[DeviceCertificate]] = defaultdict(list)
    for one in rows.select_related("device").order_by("not_after", "pk")[:AT_ONCE]:
        found[one.device.region_code].append(one)
    drafts = [draft for region, ending in sorted(found.items()) for draft in _told(region, ending)]
    if drafts:
        write_all(drafts, Directory(now))


def end_ringing(certificates: Iterable[DeviceCertificate], *, now: datetime) -> None:
    """Somebody has acted on them: a notice ends when nothing that it told is left. Call it in a transaction."""
    acted = [one for one in certificates if one.matter]
    if not acted:
        return
    DeviceCertificate.objects.filter(pk__in=[one.pk for one in acted]).update(matter="")
    left = set(DeviceCertificate.objects.filter(matter__in={one.matter for one in acted}).values_list("matter", flat=True))
    for matter in {one.matter for one in acted} - left:
        supersede(Notice.objects.filter(purpose=CERTIFICATES_CLOSING, key__startswith=f"certificates-{matter}-"), now=now)


@transaction.atomic
def tell_overdue_lists(*, now: datetime) -> None:
    """Once of each list that is past its next update; it is over when a newer one is taken."""
    rows = RevocationList.objects.defer("entries").select_for_update(of=("self",)).select_related("authority")
    for one in rows.filter(next_update__lte=now, overdue_told_at=None, authority__withdrawn_at=None)[:AT_ONCE]:
        RevocationList.objects.filter(pk=one.pk).update(overdue_told_at=now)
        _tell(one.authority.region_code, f"{one.pk}-{one.digest[:16]}", _figures("overdue", one.authority, one.next_update), now)


def tell_failing(source: ListSource, *, now: datetime) -> None:
    """That lists can't be fetched from there; it is over when one was. Call it in a transaction."""
    figures = _figures("failing", source.authority, source.fetched_at or now)
    _tell(source.authority.region_code, f"{source.pk}-{now:%Y%m%d%H%M%S}", {**figures, "why": source.error}, now)


def tell_revoked(authority: CertificateAuthority, certificates: Iterable[DeviceCertificate], *, now: datetime) -> None:
    """That a list which nobody looked at revokes certificates of these devices: one notice a region. Call it in a
    transaction.
    """
    found: dict[str, list[DeviceCertificate]] = defaultdict(list)
    for one in certificates:
        found[one.device.region_code].append(one)
    for region, revoked in sorted(found.items()):
        codes = sorted({one.device.code for one in revoked})
        figures = {
            **_figures("revoked", authority, now),
            "count": len(codes),
            "codes": codes[: certificates_policy().certificates.named],
            "device": str(revoked[0].device_id) if len(codes) == 1 else "",
        }
        _tell(region, new_id().hex, figures, now)


def end_told(about: UUID, *, now: datetime) -> None:
    """What was told of a list, or of where an authority's lists are fetched, is over. Call it in a transaction."""
    supersede(Notice.objects.filter(purpose=CERTIFICATE_LISTS, key__startswith=f"certificate-list-{about}-"), now=now)


def _figures(kind: str, authority: CertificateAuthority, since: datetime) -> dict[str, object]:
    return {"kind": kind, "authority": str(authority.pk), "name": authority.name, "since": since.isoformat()}


def _tell(region: str, key: str, figures: dict[str, object], now: datetime) -> None:
    drafts = [
        Draft(
            CERTIFICATE_LISTS,
            CERTIFICATE_KEEPER,
            urgent=False,
            key=f"certificate-list-{key}-{person.pk}",
            person=person,
            figures=figures,
        )
        for person in people_who_may(MANAGE, region)
    ]
    write_all(drafts, Directory(now))


def _told(region: str, ending: list[DeviceCertificate]) -> list[Draft]:
    matter = new_id().hex
    DeviceCertificate.objects.filter(pk__in=[one.pk for one in ending]).update(matter=matter)
    codes = list(dict.fromkeys(one.device.code for one in ending))
    figures = {
        "count": len(codes),
        "codes": codes[: certificates_policy().certificates.named],
        "until": min(one.not_after for one in ending if one.not_after is not None).isoformat(),
        "device": str(ending[0].device_id) if len(codes) == 1 else "",
    }
    return [
        Draft(
            CERTIFICATES_CLOSING,
            CERTIFICATE_KEEPER,
            urgent=False,
            key=f"certificates-{matter}-{person.pk}",
            person=person,
            figures=figures,
        )
        for person in people_who_may(MANAGE, region)
    ]
