"""The record of a check (举报核查记录): who found what and when, with a signed code that proves it.

Neither who reported nor the words of the report stand on it: the firm and others read it.
"""

import hashlib
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import segno
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.reports import kind_name, report_policy
from tocsin.mobilisation.hazard_reports.policy.routing import situation_name
from tocsin.mobilisation.hazard_reports.queries.keys import signing_seed
from tocsin.mobilisation.hazard_reports.queries.reports import HAZARD_REPORT, REPORT_PHOTO, round_of, visible_reports
from tocsin.mobilisation.hazard_reports.rules.receipts import Receipt, content_word, sign_receipt
from tocsin.mobilisation.hazard_reports.rules.states import ReportState
from tocsin.mobilisation.hazard_reports.shown.words import STATE_NAMES
from tocsin.records.face import attachments_of_all
from tocsin.records.papers.rules import Paper
from tocsin.supervision.face import facts_of_inspection, public_address, region_name

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.records.face import Attachment

MARK: Final = "-CHECK"
"""Behind the report's number in the code, so that nobody takes the record for a receipt."""


def hazard_check_record(user: "Person", report_id: UUID, now: datetime) -> Paper:
    """The paper `hazard_check_record`, for the desk and the two checkers. Conflict before both have found the same."""
    report = visible_reports(user).filter(pk=report_id).first()
    if report is None:
        raise NotAllowed(_("There is no such report, or your rights do not reach it."))
    signed = round_of(report)
    if not signed:
        raise Conflict(_("There is no record yet: both checkers write down the same first."))
    return Paper(_values(report, signed, now), HAZARD_REPORT, report.pk, report.region_code)


def code_of_check(report: HazardReport, signed: list[ReportEntry]) -> str:
    """The signed code: number, moment of the second signature, verdict, both cards, and the hash of the record's lines."""
    photos = [one.sha256 for one in photos_of_check(report, signed)]
    lines = [f"number: {report.number}", f"object: {report.firm}", f"place: {report.region_code} {report.place}"]
    lines += [f"found: {_verdict(one)} {one.actor} {_card(one)} {one.at.isoformat()} {one.text}" for one in signed]
    lines += [f"photo: {one}" for one in photos]
    content = content_word(hashlib.sha256("\n".join(lines).encode()).hexdigest())
    told = ";".join((_verdict(signed[-1]), *("".join(_card(one).split()) for one in signed), content))
    return sign_receipt(Receipt(f"{report.number}{MARK}", signed[-1].at, told), signing_seed())


def photos_of_check(report: HazardReport, signed: list[ReportEntry]) -> "list[Attachment]":
    """Photos and papers of the two who signed, never what the reporter sent. Of a photo it is the whole copy, whose hash stays
    what it is however often the desk decides what is blurred.
    """
    people = [one.actor_id for one in signed if one.actor_id is not None]
    found = attachments_of_all([(HAZARD_REPORT, report.pk), (REPORT_PHOTO, report.pk)])
    return list(found.filter(actor_id__in=people).order_by("at", "pk"))


def _values(report: HazardReport, signed: list[ReportEntry], now: datetime) -> dict[str, Any]:
    first, second = signed
    code = code_of_check(report, signed)
    picture = BytesIO()
    segno.make_qr(code, error="m").save(picture, kind="svg", border=2, dark="#16202c", light="#ffffff")
    is_unverified = report_policy(report.region_code).status == "unverified"
    unverified = _("The times rest on rules that no lawyer has confirmed yet (policy status: unverified).")
    in_time = pgettext("paper", "in time") if second.figures.get("in_time", True) else pgettext("paper", "late")
    return {
        "title": _("Record of the check of a report"),
        "number": report.number,
        "issuer": str(report.organisation or ""),
        "printed_at": now,
        "facts": [
            [pgettext("paper", "Report"), report.number],
            [
                pgettext("paper", "What"),
                situation_name(report.situation, report.region_code) if report.situation else kind_name(report.kind),
            ],
            [pgettext("paper", "Object"), report.firm or "–"],
            [pgettext("paper", "Place"), _place(report)],
            [pgettext("paper", "Inspection"), report.inspection.number if report.inspection else "–"],
            [pgettext("paper", "Check due"), f"{_moment(report.check_due)} ({in_time})" if report.check_due else "–"],
        ],
        "result": {
            "title": pgettext("paper", "Result of both"),
            "rows": [
                [pgettext("paper", "The matter reported is"), _verdict_name(second)],
                [pgettext("paper", "Found the same by both"), _moment(second.at)],
            ],
        },
        "checkers": {
            "title": pgettext("paper", "What each of the two found"),
            "head": ["", pgettext("paper", "First checker"), pgettext("paper", "Second checker")],
            "rows": [[name, *told] for name, *told in zip(_lines(), _checker(first), _checker(second), strict=True)],
        },
        "findings": {
            "title": pgettext("paper", "Hidden dangers in the firm's file"),
            "head": [pgettext("paper", "Number"), pgettext("paper", "Orders and penalties"), pgettext("paper", "Fine (yuan)")],
            "rows": _findings(report),
        },
        "photos": {
            "title": pgettext("paper", "Photos and papers of the check"),
            "head": [
                pgettext("paper", "No."),
                pgettext("paper", "By"),
                pgettext("paper", "When"),
                pgettext("paper", "SHA-256"),
            ],
            "rows": [
                [str(at), one.actor_name, _moment(one.at), one.sha256]
                for at, one in enumerate(photos_of_check(report, signed), start=1)
            ],
        },
        "unverified": unverified if is_unverified else "",
        "signatures": [
            {"role": pgettext("signature", "First checker"), "name": str(first.actor or ""), "at": _moment(first.at)},
            {"role": pgettext("signature", "Second checker"), "name": str(second.actor or ""), "at": _moment(second.at)},
        ],
        "proof": {
            "title": pgettext("paper", "To prove this paper"),
            "svg": picture.getvalue().decode(),
            "text": code,
            "how": _(
                "Scan the code and paste its text under “Prove a receipt” at %(address)s: verdict, cards and time must be those "
                "above. It needs no account, and no network once the keys are there."
            )
            % {"address": public_address() + reverse("report_hazard")},
        },
        "seal": {
            "mark": pgettext("paper", "(seal)"),
            "name": str(report.organisation or ""),
            "day": date_format(timezone.localtime(second.at), "Y-m-d"),
        },
    }


def _lines() -> list[str]:
    return [
        pgettext("paper", "Name"),
        pgettext("paper", "Law-enforcement card"),
        pgettext("paper", "Found"),
        pgettext("paper", "In words"),
        pgettext("paper", "Written down"),
    ]


def _checker(entry: ReportEntry) -> list[str]:
    """What stands beside `_lines` for one of the two."""
    done_at = entry.figures.get("done_at")
    written = _moment(datetime.fromisoformat(done_at)) if done_at else _moment(entry.at)
    if done_at:
        written = _("%(written)s on the phone, received %(received)s") % {"written": written, "received": _moment(entry.at)}
    return [str(entry.actor or ""), _card(entry) or "–", _verdict_name(entry), entry.text, written]


def _findings(report: HazardReport) -> list[list[str]]:
    known = facts_of_inspection(report.inspection_id) if report.inspection_id else []
    return [
        [one.number, ", ".join(one.documents) or "–", "–" if one.fine_yuan is None else f"{one.fine_yuan:,}"] for one in known
    ]


def _matter(report: HazardReport) -> str:
    return situation_name(report.situation, report.region_code) if report.situation else kind_name(report.kind)


def _place(report: HazardReport) -> str:
    where = "" if report.lon is None or report.lat is None else f"{report.lat:.5f}, {report.lon:.5f}"
    return " ".join(filter(None, (region_name(report.region_code), report.place, where)))


def _verdict(entry: ReportEntry) -> str:
    return str(entry.figures.get("verdict", ""))


def _verdict_name(entry: ReportEntry) -> str:
    return str(STATE_NAMES[ReportState(_verdict(entry))])


def _card(entry: ReportEntry) -> str:
    return str(entry.figures.get("card", ""))


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
