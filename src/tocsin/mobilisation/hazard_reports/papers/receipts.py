"""The slip for whoever reported at the counter. It names nobody."""

import hashlib
import hmac
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

import segno
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import kind_name, report_policy
from tocsin.mobilisation.hazard_reports.queries.reports import HAZARD_REPORT, visible_reports
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of, read_secret, told_in_groups
from tocsin.records.face import print_paper, record_audit
from tocsin.records.papers.rules import Paper
from tocsin.supervision.face import public_address, region_name

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User


def hazard_receipt(user: "Person", report_id: UUID, now: datetime) -> Paper:
    """The paper `hazard_receipt` for the desk, without the secret, which nobody here knows afterwards."""
    report = _of_the_desk(user, report_id)
    return Paper(_receipt_values(report, "", now), HAZARD_REPORT, report.pk, report.region_code)


def print_receipt(*, actor: "User", report_id: UUID, secret: str, now: datetime) -> bytes:
    """The same with the secret, as the operator was shown it; InvalidInput for one that is not this report's. Nothing of the
    secret is kept: the audit trail has the hash of the paper, which 75 random bits on it let nobody guess.
    """
    report = _of_the_desk(actor, report_id)
    plain = read_secret(secret)
    if plain is None or not hmac.compare_digest(hash_of(plain), report.secret_sha256):
        raise InvalidInput(_("This is not the secret of this report: print the slip from the page that showed it."))
    values = _receipt_values(report, told_in_groups(plain), now)
    document = print_paper("hazard_receipt", values, language=get_language() or settings.LANGUAGE_CODE, owner=actor.pk)
    told = {"paper": "hazard_receipt", "number": report.number, "sha256": hashlib.sha256(document).hexdigest()}
    with transaction.atomic():
        record_audit(actor, "paper.printed", HAZARD_REPORT, report.pk, report.region_code, told)
    return document


def _of_the_desk(user: "Person", report_id: UUID) -> HazardReport:
    report = visible_reports(user).filter(pk=report_id).first()
    if report is None or not may(user, rights.HANDLE, report.region_code):
        raise NotAllowed(_("There is no such report, or your rights do not reach it."))
    return report


def _receipt_values(report: HazardReport, secret: str, now: datetime) -> dict[str, Any]:
    picture = BytesIO()
    segno.make_qr(report.receipt, error="m").save(picture, kind="svg", border=2, dark="#16202c", light="#ffffff")
    until = _moment(report.accept_due) if report.accept_due else "–"
    is_unverified = report_policy(report.region_code).status == "unverified"
    unverified = _("The times rest on rules that no lawyer has confirmed yet (policy status: unverified).")
    address = public_address() + reverse("report_hazard")
    return {
        "title": _("Receipt for a report"),
        "number": report.number,
        "issuer": str(report.organisation or ""),
        "printed_at": now,
        "facts": [
            [pgettext("paper", "Number"), report.number],
            [pgettext("paper", "Received"), _moment(report.received_at)],
            [pgettext("paper", "What"), kind_name(report.kind)],
            [pgettext("paper", "County or district"), region_name(report.region_code)],
            [pgettext("paper", "Whether it is accepted is decided by"), until],
        ],
        "unverified": unverified if is_unverified else "",
        "secret": {
            "title": pgettext("paper", "Secret"),
            "word": secret,
            "none": _("as it was said when the report was taken in: nobody here knows it"),
            "how": [
                _("With number and secret you read how it stands, answer questions and claim a reward at %(address)s.")
                % {"address": address},
                _("Whoever has both is taken for the reporter: keep this slip as you keep money. Nobody can print it again."),
            ],
        },
        "receipt": {
            "title": pgettext("paper", "Receipt"),
            "svg": picture.getvalue().decode(),
            "text": report.receipt,
            "how": _("Signed by this platform. Anybody proves it under “Prove a receipt” at %(address)s, also without a network.")
            % {"address": address},
        },
    }


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "Y-m-d H:i")
