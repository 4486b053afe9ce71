"""Whoever keeps the devices hears of certificates that end soon, once; it is over when each has a new one or is revoked."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Directory, Draft, Notice, supersede, write_all
from tocsin.sensing.certificates.models import DeviceCertificate
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE, in_force
from tocsin.sensing.certificates.rules.judging import CERTIFICATE_KEEPER, CERTIFICATES_CLOSING

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
