"""Legal documents come from, and go to, the law-enforcement system that a city has already; none is kept twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.base.ids import new_id
from tocsin.base.tables import read_table
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection, LegalDocument
from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingData, FindingVerdict
from tocsin.supervision.inspections.rules.legal import COLUMNS, NEEDED, DocumentRow, read_row
from tocsin.supervision.inspections.services.penalties import keep_penalty
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import moment_of
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_ROWS = 5000


@dataclass(frozen=True)
class ImportReport:
    """How many documents are new, how many were known already, and what is wrong in which row."""

    written: int
    known: int
    errors: tuple[str, ...]


def import_documents(*, actor: "User", content: bytes) -> ImportReport:
    """A file of documents, JSON (a list, or `{"documents": [...]}`) or CSV. Each row by itself: what is right is kept, what is
    wrong is told with its number, and the same file again changes nothing.
    """
    if not may_anywhere(actor, rights.INSPECT):
        raise NotAllowed(_("This needs the right to inspect."))
    rows = _rows(content)
    if len(rows) > MOST_ROWS:
        raise InvalidInput(_("The file has more than %(most)d rows.") % {"most": MOST_ROWS})
    now = current_time()
    written, known, errors = 0, 0, []
    for number, given in enumerate(rows, 1):
        try:
            with transaction.atomic():
                is_new = _keep(actor, read_row(given), now)
        except (ValueError, Refusal) as error:
            errors.append(_("row %(number)d: %(error)s") % {"number": number, "error": error})
            continue
        written, known = written + is_new, known + (not is_new)
    record_audit(
        actor,
        "documents.imported",
        "legal_document",
        "import",
        EVERYWHERE,
        {"written": written, "known": known, "errors": len(errors)},
    )
    return ImportReport(written, known, tuple(errors))


def _rows(content: bytes) -> Sequence[Mapping[str, object]]:
    if content.lstrip()[:1] not in (b"[", b"{"):
        return list(read_table(content, COLUMNS, NEEDED))
    read = read_json(content)
    rows = read.get("documents") if isinstance(read, dict) else read
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise InvalidInput(_("The file holds no list of documents."))
    return rows


def _keep(actor: "User", row: DocumentRow, now: datetime) -> bool:
    finding = _one(visible_findings(actor).filter(number=row.finding_number), row.finding_number)
    inspection = _one(visible_inspections(actor).filter(number=row.inspection_number), row.inspection_number)
    found = _object(actor, row, finding, inspection)
    if not may(actor, rights.INSPECT, found.region_code):
        raise NotAllowed(_("Your right to inspect does not reach %(object)s.") % {"object": found.name})
    at = moment_of(row.day, 0)
    if at > now:
        raise InvalidInput(_("A document can't be of the future."))
    content = {
        "title": row.title,
        "amount_yuan": str(row.amount_yuan or ""),
        "severe": row.severe,
        "penalty_kind": row.penalty_kind,
    }
    document, created = LegalDocument.objects.get_or_create(
        direction="in",
        number=row.number,
        object__region_code=found.region_code,  # another authority's number is its own
        defaults={"object": found, "finding": finding, "inspection": inspection, "kind": row.kind, "at": at, "content": content},
    )
    if not created:
        if (document.object_id, document.kind) != (found.pk, row.kind):
            raise InvalidInput(_("The document %(number)s is known with another object or kind.") % {"number": row.number})
        return False
    if row.penalty_kind:
        keep_penalty(
            actor=actor,
            supervised_object=found,
            finding=finding,
            kind=row.penalty_kind,
            document_number=row.number,
            decided_on=row.day,
            amount_yuan=row.amount_yuan,
            severe=row.severe,
            now=now,
        )
    if finding is not None:
        _note(actor, finding, row, now)
    return True


def _note(actor: "User", finding: Finding, row: DocumentRow, now: datetime) -> None:
    locked = Finding.objects.select_for_update().get(pk=finding.pk)
    locked.version += 1
    act = NewAct(new_id(), locked.pk, FindingAct.DOCUMENT.value, now, FindingData(text=f"{row.number} {row.title}".strip()))
    fields = entry_fields(
        act, actor=actor, now=now, since=locked.found_at, version=locked.version, verdict=FindingVerdict.STAYS.value
    )
    FindingEntry.objects.create(finding=locked, **fields)
    locked.save(update_fields=["version"])


def _one(rows: Any, number: str) -> Any:
    if not number:
        return None
    found = rows.first()
    if found is None:
        raise InvalidInput(_("%(number)s is not known here.") % {"number": number})
    return found


def _object(actor: "User", row: DocumentRow, finding: Finding | None, inspection: Inspection | None) -> SupervisedObject:
    """The object that the row names, in one way or several that agree."""
    named = [one.object for one in (finding, inspection) if one is not None]
    if row.object_code:
        named.append(_one(visible_objects(actor).filter(code=row.object_code), row.object_code))
    elif row.credit_code and not named:
        of_firm = visible_objects(actor).filter(credit_code=row.credit_code, kind="enterprise").order_by("site_number")
        named.append(_one(of_firm, row.credit_code))
    if len({one.pk for one in named}) != 1:
        raise InvalidInput(_("The row names two objects that are not the same."))
    found: SupervisedObject = named[0]
    return found


class ExportedDocument(TypedDict):
    """A document as the other system reads it: the import's columns, and the content."""

    number: str
    kind: str
    date: str
    object_code: str
    credit_code: str
    finding_number: str
    inspection_number: str
    title: str
    content: dict[str, object]


def exported(document: LegalDocument) -> ExportedDocument:
    """A document as the other system reads it: the import's columns, and the content."""
    return {
        "number": document.number,
        "kind": document.kind,
        "date": timezone.localdate(document.at).isoformat(),
        "object_code": document.object.code,
        "credit_code": document.object.credit_code,
        "finding_number": document.finding.number if document.finding else "",
        "inspection_number": document.inspection.number if document.inspection else "",
        "title": str(document.content.get("title", "")),
        "content": document.content,
    }
