"""Papers of an inspection: its record, the order to rectify, and the opinion on a re-check. Values only."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.records.face import attachments_of, picture_of
from tocsin.records.papers.rules import Paper
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection
from tocsin.supervision.inspections.queries.findings import documents_of, entries_of, visible_findings
from tocsin.supervision.inspections.queries.inspections import documents_of as papers_of
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingGrade
from tocsin.supervision.inspections.rules.inspections import InspectionState
from tocsin.supervision.inspections.shown.findings import GRADE_NAMES
from tocsin.supervision.inspections.shown.inspections import describe_inspection, describe_items
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

NOTHING = "–"
MOST_PHOTOS = 6


def inspection_record(user: "Person", inspection_id: UUID, now: datetime) -> Paper:
    """The paper `inspection_record` (现场检查记录)."""
    found = _signed(user, inspection_id)
    findings = list(found.findings.order_by("number"))
    pictures = [one for one in attachments_of("inspection", found.pk) if one.is_picture][:MOST_PHOTOS]
    values = {
        **_head(found, now, _("Record of on-site inspection"), "inspection_record"),
        "items": {
            "title": describe_inspection(found).check_list_name,
            "head": [_("Item"), _("Article"), pgettext("item", "Answer")],
            "rows": [
                [one.text, one.article or NOTHING, [one.answer_name or NOTHING, *filter(None, [one.answer_text])]]
                for one in describe_items(found)
            ],
        },
        "findings": _findings(findings),
        "photos": {
            "title": _("Photos"),
            "pictures": [{"svg": picture_of(one), "caption": one.caption or _moment(one.at)} for one in pictures],
        },
        "note": _("The person inspected has read this record and states whether it is true:"),
        "signatures": [
            *_inspectors(found),
            {"role": pgettext("signature", "Person inspected"), "name": "", "at": ""},
            {"role": pgettext("signature", "Day"), "name": "", "at": ""},
        ],
    }
    return Paper(values, "inspection", found.pk, found.region_code)


def rectification_order(user: "Person", inspection_id: UUID, now: datetime) -> Paper:
    """The paper `rectification_order` (责令限期整改指令书): what was found, and by when each is rectified."""
    found = _signed(user, inspection_id)
    findings = list(found.findings.order_by("number"))
    values = {
        **_head(found, now, _("Order to rectify within a limit"), "rectification_order"),
        "findings": _findings(findings),
        "note": _(
            "Rectify within the limits named here and report it. A re-check follows; who does not obey answers for it by law."
        ),
        "remedy": _("Against this order an administrative review may be asked for, or an action brought, as the law provides."),
        "signatures": [*_inspectors(found), {"role": pgettext("signature", "Received by"), "name": "", "at": ""}],
    }
    return Paper(values, "inspection", found.pk, found.region_code)


def recheck_opinion(user: "Person", finding_id: UUID, now: datetime) -> Paper:
    """The paper `recheck_opinion` (整改复查意见书) of the newest re-check."""
    found = visible_findings(user).filter(pk=finding_id).first()
    if found is None or not may(user, rights.SEE, found.region_code):
        raise NotAllowed(_("There is no such hidden danger, or your rights do not reach it."))
    checks = [one for one in entries_of(found) if one.act in (FindingAct.PASS, FindingAct.FAIL)]
    newest = next((one for one in reversed(checks) if one.verdict == "goes_on"), None)
    document = documents_of(found).filter(kind="recheck_opinion").order_by("-at", "-number").first()
    values = {
        "title": _("Opinion on the re-check"),
        "number": document.number if document else found.number,
        "printed_at": now,
        "addressed_to": [
            [pgettext("paper", "To"), found.object.name],
            [_("Information code"), found.object.code],
            [_("Number"), found.number],
        ],
        "findings": _findings([found]),
        "checks": {
            "title": _("Re-checks"),
            "head": [_("Time"), _("Result"), _("Words")],
            "rows": [[_moment(one.at), _result(one), one.data.get("text", "") or NOTHING] for one in checks],
            "none": _("No re-check has been made yet."),
        },
        "opinion": _opinion(newest),
        "signatures": [
            {
                "role": pgettext("signature", "Inspector"),
                "name": str(newest.actor or "") if newest else "",
                "at": _moment(newest.at) if newest else "",
            },
            {"role": pgettext("signature", "Inspector"), "name": "", "at": ""},
            {"role": pgettext("signature", "Received by"), "name": "", "at": ""},
        ],
    }
    return Paper(values, "finding", found.pk, found.region_code)


def _signed(user: "Person", inspection_id: UUID) -> Inspection:
    """An inspection that the first inspector has signed; NotAllowed for another."""
    found = visible_inspections(user).filter(pk=inspection_id).first()
    if found is None or found.state not in (InspectionState.SIGNED, InspectionState.CONFIRMED):
        raise NotAllowed(_("There is no such signed inspection, or your rights do not reach it."))
    return found


def _head(inspection: Inspection, now: datetime, title: str, kind: str) -> dict[str, object]:
    document = papers_of(inspection).filter(kind=kind).first()
    told = describe_inspection(inspection)
    return {
        "title": title,
        "number": document.number if document else inspection.number,
        "printed_at": now,
        "addressed_to": [
            [pgettext("paper", "Unit inspected"), inspection.object.name],
            [_("Information code"), inspection.object.code],
            [_("Credit code"), inspection.object.credit_code or NOTHING],
            [_("Address"), inspection.object.address or NOTHING],
            [_("Inspection"), inspection.number],
            [_("Reason"), told.source_name],
            [pgettext("paper", "Inspection began"), _moment(inspection.began_at)],
            [pgettext("paper", "Inspection ended"), _moment(inspection.ended_at)],
            [_("Inspectors"), ", ".join(filter(None, [told.first_inspector, told.second_inspector]))],
        ],
    }


def _findings(findings: list[Finding]) -> dict[str, object]:
    return {
        "title": _("Hidden dangers"),
        "head": [_("Number"), _("Hidden danger"), _("Grade"), _("Rectify by")],
        "rows": [[one.number, one.text, str(GRADE_NAMES[FindingGrade(one.grade)]), one.due_on.isoformat()] for one in findings],
        "none": _("No hidden danger was found."),
    }


def _inspectors(inspection: Inspection) -> list[dict[str, str]]:
    role = pgettext("signature", "Inspector")
    second = str(inspection.second_inspector or "") if inspection.confirmed_at else ""
    return [
        {"role": role, "name": str(inspection.first_inspector), "at": _moment(inspection.ended_at)},
        {"role": role, "name": second, "at": _moment(inspection.confirmed_at) if inspection.confirmed_at else ""},
    ]


def _result(entry: FindingEntry) -> str:
    return _("passed") if entry.act == FindingAct.PASS else _("not passed")


def _opinion(newest: FindingEntry | None) -> str:
    if newest is None:
        return ""
    if newest.act == FindingAct.PASS:
        return _("The hidden danger has been rectified; the re-check is passed and the matter closed.")
    return _("The hidden danger has not been rectified as ordered; it is to be rectified within the new limit.")


def _moment(at: datetime | None) -> str:
    return NOTHING if at is None else date_format(timezone.localtime(at), "Y-m-d H:i")
