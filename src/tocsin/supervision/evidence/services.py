"""Records of platforms are taken: each finds its firm, counts once, or is refused with its reason. One bad row stops nothing."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop, pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.engine.work.firm import Source
from tocsin.federation.rules.outcomes import Reason
from tocsin.jurisdiction.face import reach
from tocsin.records.face import record_audit
from tocsin.records.retention.rules import Kept
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.evidence.policy import evidence_policy
from tocsin.supervision.objects.models import PlatformRecord, SupervisedObject
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

SOURCES = tuple(Source)
OWN_PAGE: Final = "commitments"  # what stands as platform and sender for what a firm gives here
_BATCH = 500


class NewEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """One record as a platform sends it. `firm`: an information code, a credit code, or the platform's own id of a firm that
    has been matched. `origin`: an id that copies of one record on several levels share, where the platform tells it.
    """

    firm: str
    source: str
    at: datetime
    value: float
    platform: str
    level: str = ""
    unit: str = ""
    origin: str = ""


@dataclass
class Taken:
    """How a batch went: rows counted, and of each refused one its position and the reason with how to mend it."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[int, Reason]] = field(default_factory=list)
    firms: dict[UUID, datetime] = field(default_factory=dict)  # of the records that stand: the newest stamp
    newest: datetime | None = None  # the newest stamp of what belongs to no firm

    def saw(self, firm_id: UUID, at: datetime) -> None:
        """A record of that firm stands, stamped `at`."""
        self.firms[firm_id] = max(at, self.firms.get(firm_id, at))


@dataclass(frozen=True)
class Bounds:
    """Who brings records, and of which firms (codes that begin so) and sources; None for all sources."""

    sender: str = ""
    prefix: str = ""
    sources: tuple[str, ...] | None = None


@transaction.atomic
def take_evidence(*, actor: "User", records: Sequence[NewEvidence], now: datetime, bounds: Bounds = Bounds()) -> Taken:
    """Writes the records that can be read and whose firm is known and within the actor's reach; sent twice, counted once.

    InvalidInput for more records than are taken at once.
    """
    rows, result = examine_evidence(actor=actor, records=records, now=now, bounds=bounds)
    before = EvidenceRecord.objects.filter(object_id__in={row.object_id for row in rows}, received_at=now).count()
    EvidenceRecord.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    after = EvidenceRecord.objects.filter(object_id__in={row.object_id for row in rows}, received_at=now).count()
    result.taken = after - before
    result.known = len(rows) - result.taken
    if result.taken:
        details = {"taken": result.taken, "known": result.known, "refused": len(result.refused)}
        record_audit(actor, "evidence.taken", "evidence", records[0].platform, "", details)
    return result


def note_commitment(firm: SupervisedObject, *, running_share: float, at: datetime) -> None:
    """A safety commitment that the firm gave here, as evidence of its work: its own word, the share of its units that run. One
    that comes at the same moment again counts once. In the caller's transaction.
    """
    row = NewEvidence(firm=firm.code, source=Source.COMMITMENT, at=at, value=running_share, platform=OWN_PAGE, level="firm")
    EvidenceRecord.objects.bulk_create([_row(row, firm.pk, at, OWN_PAGE)], ignore_conflicts=True)


def examine_evidence(
    *, actor: "User", records: Sequence[NewEvidence], now: datetime, bounds: Bounds = Bounds()
) -> tuple[list[EvidenceRecord], Taken]:
    """The rows that would be written, and what is refused; nothing is written. InvalidInput for more than are taken at once."""
    most = evidence_policy().records_at_once
    if len(records) > most:
        raise InvalidInput(f"{len(records)} records at once; send at most {most} in one request")
    firms = _firms_of(actor, records, bounds.prefix)
    result = Taken()
    rows = []
    for position, record in enumerate(records):
        firm_id = firms.get((record.platform, record.firm)) or firms.get(("", record.firm))
        problem = _problem(record, now) or _beyond(record, bounds)
        if problem is None and firm_id is None:
            problem = Reason(
                gettext_noop("no firm “%(firm)s” is known within the sender's region: match it first"), {"firm": record.firm}
            )
        if problem is not None or firm_id is None:
            result.refused += [(position, problem)] if problem else []
            continue
        rows.append(_row(record, firm_id, now, bounds.sender))
        result.saw(firm_id, record.at)
    return rows, result


def forget_old_evidence(before: datetime) -> int:
    """Deletes records older than that; returns how many. In small parts, so that nobody waits."""
    gone = list(EvidenceRecord.objects.filter(stamped_at__lt=before).values_list("pk", flat=True)[:_BATCH])
    EvidenceRecord.objects.filter(pk__in=gone).delete()
    return len(gone)


def _firms_of(actor: "User", records: Sequence[NewEvidence], prefix: str) -> dict[tuple[str, str], UUID]:
    """(platform, its name for the firm) -> the firm; ("", code) for information and credit codes."""
    names = sorted({record.firm for record in records if record.firm})
    places = Q(pk__in=[])
    for one in reach(actor, rights.SEND):
        if one.organisation_id is None:
            places |= Q(region_code__startswith=one.prefix)
    reachable = SupervisedObject.objects.filter(places, region_code__startswith=prefix, active=True, merged_into__isnull=True)
    found: dict[tuple[str, str], UUID] = {}
    for start in range(0, len(names), _BATCH):
        part = names[start : start + _BATCH]
        for code, credit, pk in reachable.filter(Q(code__in=part) | Q(credit_code__in=part)).values_list(
            "code", "credit_code", "pk"
        ):
            found["", code] = pk
            found.setdefault(("", credit), pk)
        known = PlatformRecord.objects.filter(external_id__in=part, object__in=reachable)
        of_platform: dict[tuple[str, str], set[UUID]] = {}
        for platform, external_id, pk in known.values_list("platform", "external_id", "object_id"):
            of_platform.setdefault((platform, external_id), set()).add(pk)
        found |= {key: pks.pop() for key, pks in of_platform.items() if len(pks) == 1}  # of two regions: whose, nobody knows
    found.pop(("", ""), None)
    return found


def _problem(record: NewEvidence, now: datetime) -> Reason | None:
    if record.source not in SOURCES:
        return unknown_source(record.source, SOURCES)
    if record.at.tzinfo is None:
        return Reason(gettext_noop("the time has no zone: write 2026-11-25T08:00:00+08:00"))
    if record.at > now + timedelta(minutes=evidence_policy().ahead_min):
        return lies_ahead(record.at)
    if not math.isfinite(record.value):
        return Reason(gettext_noop("the value is no number"))
    return None if record.platform else Reason(gettext_noop("the record names no platform"))


def _beyond(record: NewEvidence, bounds: Bounds) -> Reason | None:
    if bounds.sources is None or record.source in bounds.sources:
        return None
    told = {"source": record.source, "known": ", ".join(bounds.sources)}
    return Reason(gettext_noop("this token does not send “%(source)s”; it is bound to %(known)s"), told)


def unknown_source(source: str, known: Iterable[str]) -> Reason:
    """Of a record whose source has no meaning here."""
    told = {"source": source, "known": ", ".join(known)}
    return Reason(gettext_noop("unknown source “%(source)s”; known are %(known)s"), told)


def lies_ahead(at: datetime) -> Reason:
    """Of a record from the time to come."""
    return Reason(gettext_noop("the time %(at)s lies ahead: look at the platform's clock"), {"at": at.isoformat()})


def _row(record: NewEvidence, firm_id: UUID, now: datetime, sender: str) -> EvidenceRecord:
    return EvidenceRecord(
        object_id=firm_id,
        source=record.source,
        level=record.level[:20],
        platform=record.platform[:60],
        stamped_at=record.at,
        received_at=now,
        value=record.value,
        unit=record.unit[:20],
        origin=record.origin[:120],
        sender=sender,
    )


def _count_old(before: datetime) -> int:
    return EvidenceRecord.objects.filter(stamped_at__lt=before).count()


KEPT = Kept(
    "evidence",
    pgettext_lazy("kept", "Records of platforms"),
    "supervision.evidence",
    lambda: evidence_policy().keep_days,
    count=_count_old,
    forget=forget_old_evidence,
)
