"""What the reporter does with number and secret: answers, adds, says whether it is gone, asks once that it be looked at again."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.rules import clocks
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of, read_secret
from tocsin.mobilisation.hazard_reports.rules.states import BY_THE_REPORTER, ReportAct
from tocsin.mobilisation.hazard_reports.services.acting import acting
from tocsin.mobilisation.hazard_reports.services.completing import complete
from tocsin.mobilisation.hazard_reports.services.telling import tell_body
from tocsin.records.face import working_days

_NEEDS_WORDS: Final = (ReportAct.SAY, ReportAct.ADD, ReportAct.REOPEN)
MOST_WORDS: Final = 2000


@dataclass(frozen=True)
class Key:
    """By what a reporter opens their report."""

    number: str
    secret: str


def open_report(key: Key) -> HazardReport:
    """The report of a number and its secret; NotAllowed for a wrong pair. Nobody guesses 75 random bits, so no try is counted:
    a count would be kept by the address of whoever mistyped.
    """
    plain = read_secret(key.secret)
    report = HazardReport.objects.select_related("object", "organisation").filter(number=key.number.strip().upper()).first()
    if plain is not None and report is not None and hmac.compare_digest(report.secret_sha256, hash_of(plain)):
        return report
    if plain is None:
        raise NotAllowed(_("The secret was mistyped: it has 16 signs, and the last one does not fit the others."))
    raise NotAllowed(_("There is no report of this number and secret."))


def act_as_reporter(*, key: Key, act_id: UUID, act: ReportAct, text: str, now: datetime) -> HazardReport:
    """One of the reporter's acts; the same id twice is one act."""
    report = open_report(key)
    if act not in BY_THE_REPORTER:
        raise InvalidInput(_("There is no act %(act)s here.") % {"act": act})
    if ReportEntry.objects.filter(pk=act_id, report=report).exists():
        return report
    if act in _NEEDS_WORDS and not text.strip():
        raise InvalidInput(_("Say it in words."))
    if len(text) > MOST_WORDS:
        raise InvalidInput(
            _("The text has %(count)d signs; at most %(most)d are taken.") % {"count": len(text), "most": MOST_WORDS}
        )
    with acting(report.pk, act, actor=None, now=now, once="reopened" if act is ReportAct.REOPEN else "") as step:
        step.note(text, identity=act_id)
        if act in (ReportAct.SAY, ReportAct.ADD):
            complete(step.report, now=now)
        if act is ReportAct.REOPEN:
            _begin_again(step.report, now)
        tell_body(step.report, act.value, now=now, stamp=str(act_id))
    return HazardReport.objects.select_related("object", "organisation").get(pk=report.pk)


def _begin_again(report: HazardReport, now: datetime) -> None:
    """It is decided anew, with a clock of its own; what was found before stands in the time line."""
    figures, zone = report_policy(report.region_code).clocks, timezone.get_default_timezone()
    report.reopened, report.refusal, report.told_late = True, "", ""
    report.accept_due = clocks.accept_due(now, figures, working_days(), zone, danger=report.danger)
    report.check_due = report.answer_due = None
    report.checked_as, report.checked_by = "", None
