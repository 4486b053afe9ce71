"""Lists of what makers' authorities have revoked: given by a person, or fetched before the next one is due."""

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.reasons import kept
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import Limits, download, origin_of, refusal_of
from tocsin.jurisdiction.face import require, system_actor
from tocsin.records.face import record_audit
from tocsin.sensing.certificates.models import CertificateAuthority, DeviceCertificate, ListSource, RevocationList
from tocsin.sensing.certificates.policy import certificates_policy
from tocsin.sensing.certificates.queries import MANAGE
from tocsin.sensing.certificates.rules.reading import read_certificates
from tocsin.sensing.certificates.rules.revocation import ListFacts, check_newer, read_list
from tocsin.sensing.certificates.services.changes import doors_look_again, mark_listed
from tocsin.sensing.certificates.services.telling import end_told, tell_failing, tell_revoked

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

log = logging.getLogger(__name__)
LONGEST_URL = 500
AT_ONCE = 5  # within the lease of the loop


@dataclass(frozen=True)
class TakenList:
    """A list in force, and the certificates of devices that it newly revokes."""

    row: RevocationList
    revoked: list[DeviceCertificate]


@transaction.atomic
def take_list(*, actor: "User", authority_id: UUID, content: bytes, now: datetime) -> TakenList:
    """The list (PEM, DER, or DER in base64) is in force from now on, in the place of an older one of the same key and scope.

    InvalidInput for one that is not the authority's own complete list, or not newer; Conflict for the one that is held. One that
    is past its next update is taken: what it revokes is revoked, and it is shown as overdue.
    """
    authority = _locked_authority(actor, authority_id)
    figures = certificates_policy().lists
    given = read_list(content, read_certificates(authority.pem.encode()), figures.most_bytes)
    before = authority.revocation_lists.filter(signer=given.signer, scope=given.scope).first()
    held = None if before is None else (int(before.number) if before.number else None, before.this_update, before.digest)
    check_newer(given, held, now, timedelta(minutes=figures.ahead_min))
    if before is None and authority.revocation_lists.count() >= figures.most:
        raise Conflict(_("This authority has %(most)s lists already.") % {"most": figures.most})
    row, _is_new = authority.revocation_lists.update_or_create(
        signer=given.signer, scope=given.scope, defaults=_columns(given) | {"taken_at": now, "taken_by": actor}
    )
    revoked = mark_listed(_touched(given), now=now)
    end_told(row.pk, now=now)
    doors_look_again()
    details = {"issuer": given.issuer[:200], "number": row.number, "count": row.count, "digest": given.digest}
    _audit(actor, "list_taken", authority, {**details, "devices": sorted({one.device.code for one in revoked})[:50]})
    return TakenList(row, revoked)


@transaction.atomic
def set_list_source(*, actor: "User", authority_id: UUID, url: str, now: datetime) -> None:
    """From where its lists are fetched, at once and from then on; empty: they are not. InvalidInput for an address not to ask."""
    authority, url = _locked_authority(actor, authority_id), url.strip()
    if url:
        origin_of(url)
        if len(url) > LONGEST_URL or "@" in urlsplit(url).netloc:
            raise InvalidInput("an address of at most %(most)s characters, without a login in it", most=LONGEST_URL)
    end_told(authority.pk, now=now)
    ListSource.objects.filter(authority=authority).delete()
    if url:
        ListSource.objects.create(authority=authority, url=url, next_at=now)
    _audit(actor, "list_source_set", authority, {"url": url})


def fetch_lists(*, now: datetime) -> int:
    """Asks sources whose time has come, some at once, one after the other; returns how many were asked."""
    due = ListSource.objects.filter(next_at__lte=now, authority__withdrawn_at=None).select_related("authority")
    found = list(due.order_by("next_at", "pk")[:AT_ONCE])
    for source in found:
        try:
            _settle(source, _fetch(source, now), now)
        except Exception as error:  # whatever one source brings, the next one has its turn
            log.exception("the list of authority %s failed", source.pk)
            inside = InvalidInput("reading it failed inside Tocsin (%(kind)s): the log says more", kind=type(error).__name__)
            _settle(source, inside, now)
    return len(found)


def _fetch(source: ListSource, now: datetime) -> InvalidInput | None:
    """Why its list is not in force now, if it is not."""
    figures, into = certificates_policy().lists, BytesIO()
    limits = Limits(figures.most_bytes * 2, time.monotonic() + figures.seconds, figures.networks)
    try:
        answer = download(source.url, into, limits, headers={"Accept": "application/pkix-crl, */*;q=0.1"})
        if not 200 <= answer.status < 300:
            raise refusal_of(answer.status)
        with transaction.atomic():
            taken = take_list(actor=system_actor(), authority_id=source.pk, content=into.getvalue(), now=now)
            tell_revoked(source.authority, taken.revoked, now=now)
    except Unreadable as error:
        return InvalidInput(error.reason.template, **error.reason.figures)
    except InvalidInput as error:
        return error
    except Conflict:
        return None  # it is held already, or its authority was withdrawn meanwhile
    return None


@transaction.atomic
def _settle(source: ListSource, error: InvalidInput | None, now: datetime) -> None:
    """When it is asked again: at its interval, or before the next list is due; after a failure soon."""
    held = ListSource.objects.select_for_update().select_related("authority").filter(pk=source.pk, url=source.url).first()
    if held is None:
        return
    figures = certificates_policy().lists
    soonest = now + timedelta(minutes=figures.retry_min)
    held.tried_at, held.failures, held.error = (
        now,
        0 if error is None else held.failures + 1,
        {} if error is None else kept(error),
    )
    if error is not None:
        held.next_at = soonest
        if held.failures >= figures.tell_after and held.failure_told_at is None:
            held.failure_told_at = now
            tell_failing(held, now=now)
    else:
        next_update = held.authority.revocation_lists.order_by("next_update").values_list("next_update", flat=True).first()
        wanted = now + timedelta(hours=figures.every_hours)
        if next_update is not None:
            wanted = min(wanted, next_update - timedelta(hours=figures.before_hours))
        held.next_at, held.fetched_at, held.failure_told_at = max(wanted, soonest), now, None
        end_told(held.pk, now=now)
    held.save()


def _locked_authority(actor: "User", authority_id: UUID) -> CertificateAuthority:
    found = CertificateAuthority.objects.select_for_update().get(pk=authority_id)
    require(actor, MANAGE, found.region_code)
    if found.is_own:
        raise Conflict(_("The city's own authority has no list: revoke what it has issued on the devices' pages."))
    if found.withdrawn_at is not None:
        raise Conflict(_("This authority was withdrawn already."))
    return found


def _columns(given: ListFacts) -> dict[str, object]:
    return {
        "issuer": given.issuer,
        "number": "" if given.number is None else str(given.number),
        "this_update": given.this_update,
        "next_update": given.next_update,
        "digest": given.digest,
        "count": len(given.revoked),
        "entries": {serial: (int(one.at.timestamp()), one.reason) for serial, one in given.revoked.items()},
        "overdue_told_at": None,
    }


def _touched(given: ListFacts) -> list[DeviceCertificate]:
    """The rows of which a list says, or said, something."""
    rows = DeviceCertificate.objects.filter(issuer=given.issuer[:500]).values_list("pk", "serial", "listed_at")
    wanted = [pk for pk, serial, listed_at in rows if serial in given.revoked or listed_at is not None]
    return list(DeviceCertificate.objects.select_related("device").filter(pk__in=wanted))


def _audit(actor: "User", what: str, found: CertificateAuthority, details: dict[str, object]) -> None:
    record_audit(
        actor,
        f"certificate_authority.{what}",
        "certificate_authority",
        found.id,
        found.region_code,
        {"name": found.name, **details},
    )
