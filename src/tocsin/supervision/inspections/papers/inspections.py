"""Papers of an inspection: its record, the order to rectify, and the opinion on a re-check. Values only."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.records.face import attachments_of, picture_of
from tocsin.records.papers.rules import Paper
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection
from tocsin.supervision.inspections.papers.forms import (
    NOTHING,
    card_line,
    issuer_name,
    limit_of,
    moment,
    remedy,
    seal_of,
    signature_of,
    signature_svg,
)
from tocsin.supervision.inspections.queries.findings import documents_of, entries_of, visible_findings
from tocsin.supervision.inspections.queries.inspections import documents_of as papers_of
from tocsin.supervision.inspections.rules.findings import FindingAct, FindingGrade, FindingState
from tocsin.supervision.inspections.rules.inspections import InspectionAct, InspectionState
from tocsin.supervision.inspections.shown.findings import GRADE_NAMES
from tocsin.supervision.inspections.shown.inspections import describe_inspection, describe_items, words_of_items
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import Attachment

MOST_PHOTOS = 6


def inspection_record(user: "Person", inspection_id: UUID, now: datetime) -> Paper:
    """The paper `inspection_record` (现场检查记录)."""
    found = _readable(user, inspection_id)
    pictures = [one for one in attachments_of("inspection", found.pk) if one.is_picture][:MOST_PHOTOS]
    items = {one["attachment"]: one.get("item", "") for one in _photo_data(found)}
    names = words_of_items(found)
    values = {
        **_head(found, now, _("Record of on-site inspection"), "inspection_record"),
        "opening": _(
            "We are law-enforcement officers and have shown our cards. We inspect your unit by law; please cooperate, and tell us"
            " if one of us has an interest in the matter."
        ),
        "items": {
            "title": describe_inspection(found).check_list_name,
            "head": [_("Item"), _("Article"), pgettext("item", "Answer")],
            "rows": [
                [one.text, one.article or NOTHING, [one.answer_name or NOTHING, *filter(None, [one.answer_text])]]
                for one in describe_items(found)
            ],
        },
        "findings": _findings(_standing(found)),
        "photos": {
            "title": _("Photos"),
            "pictures": [
                {"svg": picture_of(one), "caption": _caption(one, names.get(items.get(str(one.pk), ""), ""))} for one in pictures
            ],
        },
        "note": _heard(found),
        "signatures": [*_inspectors(found), *_party(found)],
    }
    return Paper(values, "inspection", found.pk, found.region_code)


def rectification_order(user: "Person", inspection_id: UUID, now: datetime) -> Paper:
    """The paper `rectification_order` (责令限期整改指令书): what breaks which article, and by when each is rectified."""
    found = _readable(user, inspection_id)
    findings = _standing(found)
    articles = {one.code: one.article for one in describe_items(found)}
    rows = [
        [one.number, [one.text, str(GRADE_NAMES[FindingGrade(one.grade)])], articles.get(one.item) or NOTHING, limit_of(one)]
        for one in findings
    ]
    values = {
        **_head(found, now, _("Order to rectify within a limit"), "rectification_order"),
        "findings": {
            "title": _("On inspection the following was found"),
            "head": [_("Number"), _("Hidden danger"), _("Article"), _("Rectify by")],
            "rows": rows,
            "none": _("No hidden danger was found."),
        },
        "note": _(
            "You are ordered to rectify what is named above by the days named there, as laws, regulations and standards require."
            " Who causes an accident by it answers for it by law. Until then keep the work safe; breaches are punished by law."
        ),
        "remedy": remedy(found.region_code),
        "signatures": [*_inspectors(found), *_party(found)],
    }
    return Paper(values, "inspection", found.pk, found.region_code)


def recheck_opinion(user: "Person", finding_id: UUID, now: datetime) -> Paper:
    """The paper `recheck_opinion` (整改复查意见书) of the newest re-check of this hidden danger."""
    found = visible_findings(user).filter(pk=finding_id).first()
    if found is None:
        raise NotAllowed(_("There is no such hidden danger, or your rights do not reach it."))
    checks = [one for one in entries_of(found) if one.act in (FindingAct.PASS, FindingAct.FAIL) and one.verdict == "goes_on"]
    newest = checks[-1] if checks else None
    document = documents_of(found).filter(kind="recheck_opinion").order_by("-at", "-number").first()
    actor = newest.actor if newest is not None else None
    issuer = issuer_name(actor, found.region_code)
    values = {
        "title": _("Opinion on the re-check"),
        "number": document.number if document else found.number,
        "issuer": issuer,
        "printed_at": now,
        "addressed_to": [
            [pgettext("paper", "To"), found.object.name],
            [_("Information code"), found.object.code],
            [_("Number"), found.number],
            [_("Inspection"), found.inspection.number if found.inspection else NOTHING],
        ],
        "findings": _findings([found]),
        "checks": {
            "title": _("Re-checks"),
            "head": [_("Time"), _("Result"), _("Words")],
            "rows": [[moment(one.at), _result(one), one.data.get("text", "") or NOTHING] for one in checks],
            "none": _("No re-check has been made yet."),
        },
        "opinion": _opinion(newest),
        "signatures": [
            signature_of(actor, newest.at if newest else None),
            {"role": pgettext("signature", "Inspector"), "name": "", "at": ""},
            {"role": pgettext("signature", "Received by"), "name": "", "at": ""},
        ],
        "seal": seal_of(issuer, newest.at if newest else now),
    }
    return Paper(values, "finding", found.pk, found.region_code)


def _readable(user: "Person", inspection_id: UUID) -> Inspection:
    """An inspection that the first inspector has signed; for the firm once its papers are issued. NotAllowed for another."""
    related = ("object", "check_list", "first_inspector__organisation", "second_inspector__organisation")
    reached = rows_of_visible(Inspection.objects.select_related(*related), user).filter(pk=inspection_id).first()
    issued = reached is not None and reached.state == InspectionState.CONFIRMED
    is_office = reached is not None and may(user, rights.SEE, reached.region_code) and reached.state == InspectionState.SIGNED
    if reached is None or not (issued or is_office):
        raise NotAllowed(_("There is no such signed inspection, or your rights do not reach it."))
    return reached


def _head(inspection: Inspection, now: datetime, title: str, kind: str) -> dict[str, object]:
    document = papers_of(inspection).filter(kind=kind).first()
    told, firm = describe_inspection(inspection), inspection.object
    issuer = issuer_name(inspection.first_inspector, inspection.region_code)
    return {
        "title": title,
        "number": document.number if document else inspection.number,
        "issuer": issuer,
        "printed_at": now,
        "addressed_to": [
            [pgettext("paper", "Unit inspected"), firm.name],
            [_("Credit code"), firm.credit_code or NOTHING],
            [_("Information code"), firm.code],
            [_("Address"), firm.address or NOTHING],
            [_("Inspection"), f"{inspection.number} · {told.source_name}"],
            [pgettext("paper", "Inspection began"), moment(inspection.began_at)],
            [pgettext("paper", "Inspection ended"), moment(inspection.ended_at)],
            [_("Inspectors"), [card_line(one) for one in (inspection.first_inspector, inspection.second_inspector) if one]],
        ],
        "seal": seal_of(issuer, document.at if document else inspection.ended_at or now),
    }


def _standing(inspection: Inspection) -> list[Finding]:
    return list(inspection.findings.exclude(state=FindingState.WITHDRAWN.value).order_by("number"))


def _findings(findings: list[Finding]) -> dict[str, object]:
    return {
        "title": _("Hidden dangers"),
        "head": [_("Number"), _("Hidden danger"), _("Grade"), _("Rectify by")],
        "rows": [[one.number, one.text, str(GRADE_NAMES[FindingGrade(one.grade)]), limit_of(one)] for one in findings],
        "none": _("No hidden danger was found."),
    }


def _photo_data(inspection: Inspection) -> list[dict[str, str]]:
    return list(inspection.entries.filter(act=InspectionAct.PHOTO.value).values_list("data", flat=True))


def _caption(picture: "Attachment", item: str) -> str:
    return " · ".join(filter(None, [item, picture.caption])) or moment(picture.at)


def _inspectors(inspection: Inspection) -> list[dict[str, str]]:
    second = inspection.second_inspector if inspection.confirmed_at else None
    return [
        signature_of(inspection.first_inspector, inspection.ended_at),
        signature_of(second, inspection.confirmed_at),
    ]


def _party(inspection: Inspection) -> list[dict[str, str]]:
    """The firm's person as drawn on the phone; a refusal with its witness; room to sign where nobody has."""
    party, role = inspection.party, pgettext("signature", "Person inspected")
    if not party:
        return [{"role": role, "name": "", "at": ""}, {"role": pgettext("signature", "Day"), "name": "", "at": ""}]
    at = moment(inspection.party_at)
    if party["refused"]:
        refused = _("does not sign: %(reason)s") % {"reason": party["text"]}
        witness = {"role": pgettext("signature", "Witness"), "name": party["witness"], "at": at}
        return [{"role": role, "name": " ".join(filter(None, [party["name"], refused])), "at": at}, witness]
    name = " ".join(filter(None, [party["name"], party["position"]]))
    return [{"role": role, "name": name, "at": at, "drawn": signature_svg(party["strokes"])}]


def _heard(inspection: Inspection) -> str:
    said = inspection.party.get("text", "") if not inspection.party.get("refused") else ""
    if said:
        return _("The person inspected has read this record and says: %(said)s") % {"said": said}
    return _("The person inspected has read this record and states whether it is true:")


def _result(entry: FindingEntry) -> str:
    return _("passed") if entry.act == FindingAct.PASS else _("not passed")


def _opinion(newest: FindingEntry | None) -> str:
    if newest is None:
        return ""
    if newest.act == FindingAct.PASS:
        return _("The hidden danger has been rectified; the re-check is passed and the matter closed.")
    return _("The hidden danger has not been rectified as ordered; it is to be rectified within the new limit.")
