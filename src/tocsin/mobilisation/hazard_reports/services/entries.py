"""What checkers enter on their phones, also away from the network: what arrives twice changes nothing, and nothing vanishes."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct, moment_of_act
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_attachment
from tocsin.mobilisation.hazard_reports.models import CheckEntry, HazardReport
from tocsin.mobilisation.hazard_reports.queries.reports import assigned_at
from tocsin.mobilisation.hazard_reports.rules.checks import CheckAct, CheckData, CheckVerdict, judge_signature
from tocsin.mobilisation.hazard_reports.rules.states import ActVerdict, ReportAct, ReportState, judge_act
from tocsin.mobilisation.hazard_reports.services.acting import acting
from tocsin.mobilisation.hazard_reports.services.checking import check, require_checker
from tocsin.mobilisation.hazard_reports.services.photos import attach_to_check
from tocsin.records.face import prepare_attachment, record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def enter_check(*, actor: "User", act: NewAct[CheckData], picture: bytes | None = None, name: str = "") -> CheckEntry:
    """An act of one of the two checkers as the phone made it. HazardReport.DoesNotExist where it is not, or no more, theirs."""
    is_photo = act.act == CheckAct.PHOTO
    require_checker(actor, act.subject_id)
    if known := known_entry(CheckEntry, "report", act, is_photo=is_photo):
        return known
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if is_photo and picture is not None else None
    now = current_time()
    with transaction.atomic():
        report = HazardReport.objects.select_for_update(of=("self",)).select_related("object").get(pk=act.subject_id)
        if known := known_entry(CheckEntry, "report", act, is_photo=is_photo):
            return known  # another delivery of it was quicker
        if prepared is not None:
            act = with_attachment(act, attach_to_check(report, prepared, actor=actor, now=now, caption=act.data.text))
        require_picture(act)
        verdict = _carry_out(report, act, actor, now)
        return _keep(report, act, actor, verdict, now)


def _carry_out(report: HazardReport, act: NewAct[CheckData], actor: "User", now: datetime) -> CheckVerdict:
    match CheckAct(act.act):
        case CheckAct.CHECK:
            return _sign(report, act, actor, now)
        case CheckAct.NOTE:
            if not act.data.text.strip():
                raise InvalidInput(_("Say it in words."))
            with acting(report.pk, ReportAct.NOTE, actor=actor, now=now) as step:
                step.note(act.data.text)
        case CheckAct.PHOTO:
            HazardReport.objects.filter(pk=report.pk).update(version=report.version + 1)
    return CheckVerdict.KEPT


def _sign(report: HazardReport, act: NewAct[CheckData], actor: "User", now: datetime) -> CheckVerdict:
    """What was found counts as it would at the desk. Where the report had gone on it changes nothing and is kept."""
    if not act.data.verdict:
        raise InvalidInput(_("A report is true, partly true or not true."))
    if not act.data.text.strip():
        raise InvalidInput(_("Say it in words."))
    goes_on = judge_act(ReportAct.SIGN, ReportState(report.state), merged=report.merged_into_id is not None)
    if goes_on is not ActVerdict.GOES_ON:
        HazardReport.objects.filter(pk=report.pk).update(version=report.version + 1)
        return CheckVerdict.TOO_LATE
    since = assigned_at(report)
    done_at = moment_of_act(act.at, since=since, now=now)
    own = CheckEntry.objects.filter(report=report, actor=actor, act=CheckAct.CHECK.value, at__gte=since)
    if own.filter(at__gt=done_at).exists():
        HazardReport.objects.filter(pk=report.pk).update(version=report.version + 1)
        return CheckVerdict.OLDER
    other_had_signed = report.checked_by_id not in (None, actor.pk)
    verdict = ReportState(act.data.verdict)
    done = check(actor=actor, report_id=report.pk, verdict=verdict, words=act.data.text, now=now, done_at=done_at)
    return judge_signature(after=ReportState(done.state), other_had_signed=other_had_signed)


def _keep(report: HazardReport, act: NewAct[CheckData], actor: "User", verdict: CheckVerdict, now: datetime) -> CheckEntry:
    version = HazardReport.objects.values_list("version", flat=True).get(pk=report.pk)
    since = assigned_at(report)
    fields = entry_fields(act, actor=actor, now=now, since=since, version=version, verdict=verdict.value)
    kept = CheckEntry.objects.create(report=report, **fields)
    told = {"number": report.number, "act": kept.act, "verdict": verdict.value, "at": kept.at.isoformat(), "device": kept.device}
    record_audit(actor, "hazard_report.entered", "hazard_report", report.pk, report.region_code, told)
    return kept


FIELD_ACTS = FieldActs(
    acts=CheckAct,
    data=CheckData,
    enter=enter_check,
    absent=gettext_lazy("There is no such report, or it is not yours to check any more."),
)
