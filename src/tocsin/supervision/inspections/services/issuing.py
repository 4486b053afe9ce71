"""The papers of an inspection are issued with the second signature, and served on the spot or by notice."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit
from tocsin.supervision.inspections.models import Finding, Inspection, InspectionEntry, LegalDocument
from tocsin.supervision.inspections.rules.findings import FindingState
from tocsin.supervision.inspections.rules.inspections import InspectionAct
from tocsin.supervision.inspections.services.numbers import ORDER, RECORD, next_form_number
from tocsin.supervision.inspections.services.serving import Served, serve_all
from tocsin.supervision.inspections.services.telling import tell_order

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def keep_party(inspection: Inspection, entry: InspectionEntry, actor: "User") -> None:
    """The firm's person has signed, or does not sign before a witness. Papers that are issued already are served by it."""
    data = entry.data
    inspection.party = {
        "refused": entry.act == InspectionAct.PARTY_REFUSE,
        **{name: data.get(name, "") for name in ("name", "position", "text", "witness", "strokes")},
    }
    inspection.party_at = entry.at
    told = {"number": inspection.number, "act": entry.act, "name": data.get("name", ""), "witness": data.get("witness", "")}
    record_audit(actor, "inspection.party_heard", "inspection", inspection.pk, inspection.region_code, told)
    if inspection.confirmed_at is not None:
        _serve(inspection, entry.received_at)


def issue_documents(inspection: Inspection, actor: "User", now: datetime) -> None:
    """The record (现场检查记录) and, where something was found, the order to rectify (责令限期整改指令书): to be exported, and
    told to the firm.
    """
    found = inspection.findings.exclude(state=FindingState.WITHDRAWN.value).select_related("object").order_by("number")
    findings = list(found)
    number = _issue(inspection, RECORD, "inspection_record", findings, now)
    if findings:
        number = _issue(inspection, ORDER, "rectification_order", findings, now)
    told = {"number": inspection.number, "document": number, "findings": len(findings)}
    record_audit(actor, "inspection.confirmed", "inspection", inspection.pk, inspection.region_code, told)
    if inspection.party_at is not None:
        _serve(inspection, now)
    tell_order(inspection, list(found.all()), number=number, now=now)


def _serve(inspection: Inspection, now: datetime) -> None:
    """Signed, or refused before a witness, and issued: the firm knows since the later of the two."""
    assert inspection.party_at is not None and inspection.confirmed_at is not None  # noqa: S101 - asked before
    how = Served.REFUSED if inspection.party.get("refused") else Served.SIGNED
    at = max(inspection.party_at, inspection.confirmed_at)
    serve_all(inspection.findings.values_list("pk", flat=True), how, actor=system_actor(), at=at, now=now)


def _issue(inspection: Inspection, form: str, kind: str, findings: list[Finding], now: datetime) -> str:
    number = next_form_number(form, inspection.region_code, now)
    LegalDocument.objects.create(
        object=inspection.object,
        inspection=inspection,
        direction="out",
        kind=kind,
        number=number,
        at=now,
        content={
            "inspection": inspection.number,
            "inspectors": [str(inspection.first_inspector), str(inspection.second_inspector)],
            "day": timezone.localdate(inspection.ended_at or now).isoformat(),
            "findings": [
                {"number": one.number, "grade": one.grade, "text": one.text, "due_on": one.due_on.isoformat(), "days": one.days}
                for one in findings
            ],
        },
    )
    return number
