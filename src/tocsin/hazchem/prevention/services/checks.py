"""Checks are planned and entered; what is not in order is a hidden danger, and its measure failed until that is closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.hazchem.installations.queries.places import ExpectedPlace
from tocsin.hazchem.installations.services.places import prove_place
from tocsin.hazchem.prevention.models import CheckResult, CheckTask, RiskMeasure
from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.queries.ledger import visible_checks
from tocsin.hazchem.prevention.rules import sheets
from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, next_due
from tocsin.hazchem.prevention.rules.sheets import CheckSheet
from tocsin.hazchem.prevention.services.ledger import held_measure, own_person, require_keeper
from tocsin.records.face import Prepared, keep_prepared, prepare_attachment, record_audit
from tocsin.supervision.face import key_roles, report_own_danger, require_firm
from tocsin.supervision.inspections.rules.findings import FindingGrade

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def plan_check(*, actor: "User", measure_id: UUID, sheet: CheckSheet, now: datetime) -> CheckTask:
    """A check of a measure; its first day is a period from today."""
    measure = held_measure(actor, measure_id)
    today = timezone.localdate(now)
    firm = measure.object
    task = CheckTask(measure=measure, object=firm, region_code=firm.region_code, planned_on=today)
    _fill(task, sheet)
    task.due_on = next_due(sheet.period, today)
    task.save(force_insert=True)
    told = {"text": task.text, "period": task.period, "person": str(task.person_id or ""), "role": task.role}
    record_audit(actor, "risk_check.planned", "check_task", task.pk, task.region_code, told)
    return task


@transaction.atomic
def change_check(*, actor: "User", check_id: UUID, sheet: CheckSheet, now: datetime) -> CheckTask:
    """A check, anew; another period counts from today."""
    task = _held_check(actor, check_id)
    other = task.period != sheet.period
    _fill(task, sheet)
    if other:
        task.due_on = next_due(sheet.period, timezone.localdate(now))
    task.save()
    told = {"text": task.text, "period": task.period, "person": str(task.person_id or ""), "role": task.role}
    record_audit(actor, "risk_check.changed", "check_task", task.pk, task.region_code, told)
    return task


@transaction.atomic
def withdraw_check(*, actor: "User", check_id: UUID) -> None:
    """A check that is made no more; what it found stays."""
    task = _held_check(actor, check_id)
    task.active = False
    task.save(update_fields=["active"])
    record_audit(actor, "risk_check.withdrawn", "check_task", task.pk, task.region_code, {"text": task.text})


def enter_result(
    *,
    actor: "User",
    check_id: UUID,
    normal: bool,
    text: str = "",
    grade: FindingGrade = FindingGrade.ORDINARY,
    picture: bytes = b"",
    name: str = "",
    code: str = "",
    now: datetime,
) -> CheckResult:
    """What one of the firm's own people found, once a local day, with a photo; `code`: what was scanned at the place.

    What is not in order needs words: it opens a hidden danger of that grade, and the measure is failed until that is closed.

    Conflict where it was checked today already; InvalidInput where the policy demands the place's code and it is missing, or
    another one was scanned. A picture goes with the danger, else with the result.
    """
    visible = visible_checks(actor).get(pk=check_id)
    require_firm(actor, visible.object)
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture else None
    with transaction.atomic():
        task = locked_check(check_id)
        seen = Seen(normal=normal, text=text, grade=grade, code=code, at=now)
        return keep_result(actor, task, seen, prepared, now)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What somebody found at a check at that moment, with the code that was scanned there."""

    normal: bool
    text: str
    grade: FindingGrade
    code: str
    at: datetime


def locked_check(check_id: UUID) -> CheckTask:
    """A check that is still made, with where it belongs, held until the transaction ends."""
    rows = CheckTask.objects.select_for_update(of=("self",)).select_related("object", "measure__event__unit__plant_unit")
    return rows.get(pk=check_id, active=True)


def keep_result(actor: "User", task: CheckTask, seen: Seen, picture: Prepared | None, now: datetime) -> CheckResult:
    """What was found, on the local day on which it was; in the caller's transaction, which holds the check."""
    text, day = seen.text.strip()[:1000], timezone.localdate(seen.at)
    if not seen.normal and not text:
        raise InvalidInput(_("Say what is not in order."))
    event = task.measure.event
    place = ExpectedPlace(task.object, event.unit.plant_unit)
    demanded = event.colour in prevention().checks.place_demanded
    at_place = prove_place(place, seen.code, seen.at, demanded=demanded)
    danger = None
    if not seen.normal:
        words, grade = f"{task.measure.text}: {text}", seen.grade
        danger = report_own_danger(actor=actor, object_id=task.object_id, grade=grade, text=words, picture=picture, now=now)
        RiskMeasure.objects.filter(pk=task.measure_id, failed_at=None).update(failed_at=seen.at)
    try:
        with transaction.atomic():
            result = CheckResult.objects.create(
                task=task,
                object=task.object,
                due_on=task.due_on,
                done_on=day,
                at=seen.at,
                by=actor,
                normal=seen.normal,
                text=text,
                at_place=at_place,
                finding=danger,
                finding_number=danger.number if danger else "",
                open_danger=danger is not None,
            )
    except IntegrityError:
        raise Conflict(_("It was checked today already.")) from None
    if seen.normal and picture is not None:
        region = task.region_code
        keep_prepared(
            picture, actor=actor, object_type="check_result", object_id=result.pk, region_code=region, now=now, caption=text
        )
    task.due_on = max(task.due_on, next_due(CheckPeriod(task.period), day))  # what comes late sets nothing back
    task.save(update_fields=["due_on"])
    told = {"normal": seen.normal, "due": result.due_on.isoformat(), "finding": result.finding_number}
    record_audit(actor, "risk_check.done", "check_task", task.pk, task.region_code, told)
    return result


def _held_check(actor: "User", check_id: UUID) -> CheckTask:
    task = visible_checks(actor).get(pk=check_id)
    require_keeper(actor, task.object)
    return CheckTask.objects.select_for_update(of=("self",)).select_related("object", "measure").get(pk=check_id)


def _fill(task: CheckTask, sheet: CheckSheet) -> None:
    sheets.check_check(sheet)
    if sheet.role and sheet.role not in dict(key_roles()):
        raise InvalidInput(_("There is no post %(role)s.") % {"role": sheet.role[:40]})
    task.text, task.period, task.role = sheet.text.strip(), sheet.period, sheet.role
    task.person = own_person(task.object, sheet.person_id)
