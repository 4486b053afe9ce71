"""A hidden danger from its finding to its closure: what firm and inspectors do, what it brings with it."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.queries import FieldActs, others_went_on
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection, LegalDocument, Penalty
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.rules.findings import (
    FIXINGS,
    OF_THE_FIRM,
    FindingAct,
    FindingData,
    FindingGrade,
    FindingState,
    FindingVerdict,
    limit_days,
    step,
)
from tocsin.supervision.inspections.services.numbers import DOCUMENT, FINDING, next_number
from tocsin.supervision.inspections.services.tasks import follow_finding
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import day_of
from tocsin.supervision.objects.queries.register import require_firm, visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.photos import keep_print

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_COUNTS = (FindingVerdict.GOES_ON, FindingVerdict.STAYS)


def open_finding(
    *,
    actor: "User",
    supervised_object: SupervisedObject,
    inspection: Inspection | None,
    grade: FindingGrade,
    text: str,
    days: int | None,
    item: str,
    at: datetime,
    now: datetime,
    identity: UUID | None = None,
) -> Finding:
    """A new finding with its number, its limit by policy and its task. The caller has decided that the actor may."""
    if not text.strip():
        raise InvalidInput(_("Say what the hidden danger is."))
    figures = inspection_policy().findings
    offered = figures.offered_major_days if grade is FindingGrade.MAJOR else figures.offered_days
    limit = limit_days(grade, offered if days is None else days, ordinary=figures.ordinary_days, major=figures.major_days)
    finding = Finding.objects.create(
        id=identity or new_id(),
        number=next_number(FINDING, supervised_object.region_code, now),
        object=supervised_object,
        inspection=inspection,
        region_code=supervised_object.region_code,
        grade=grade.value,
        item=item[:60],
        text=text.strip()[:2000],
        state=FindingState.OPEN.value,
        found_at=at,
        found_by=actor,
        due_on=timezone.localdate(at) + timedelta(days=limit),
    )
    follow_finding(finding, now=now)
    told = {"number": finding.number, "grade": finding.grade, "due": finding.due_on.isoformat()}
    record_audit(actor, "finding.opened", "finding", finding.pk, finding.region_code, told)
    return finding


@transaction.atomic
def report_finding(*, actor: "User", object_id: UUID, grade: FindingGrade, text: str, days: int | None = None) -> Finding:
    """A finding without an inspection: from a report, a remote look, another office."""
    found = visible_objects(actor).get(pk=object_id)
    require(actor, rights.INSPECT, found.region_code)
    now = current_time()
    return open_finding(
        actor=actor, supervised_object=found, inspection=None, grade=grade, text=text, days=days, item="", at=now, now=now
    )


@transaction.atomic
def enter_finding(*, actor: "User", act: NewAct[FindingData], picture: bytes = b"", name: str = "") -> FindingEntry:
    """What a firm or an inspector did. Finding.DoesNotExist out of reach; NotAllowed where it is the other side's act;
    InvalidInput where something is missing. What can't count any more is kept as a conflict.
    """
    now = current_time()
    visible = visible_findings(actor).get(pk=act.subject_id)
    _require_side(actor, visible, FindingAct(act.act))
    finding = Finding.objects.select_for_update(of=("self",)).select_related("object").get(pk=visible.pk)
    known = known_entry(FindingEntry, "finding", act, is_photo=bool(picture))
    if known is not None:
        return known
    if picture:
        act = with_picture(
            act, actor=actor, object_type="finding", region_code=finding.region_code, picture=picture, name=name, now=now
        )
        keep_print(act.data.attachment, finding.object, picture, now)
    require_picture(act)
    verdict, state = step(FindingState(finding.state), FindingAct(act.act), outdated=_others_went_on(finding, act))
    if verdict in _COUNTS:
        _check(finding, FindingAct(act.act), act.data, now)
    entry = _keep(finding, act, actor, now, verdict)
    if verdict in _COUNTS:
        finding.state = state.value
        _follow(finding, entry, actor)
    finding.save()
    if verdict is FindingVerdict.GOES_ON or act.act == FindingAct.GRANT_EXTENSION:
        follow_finding(finding, now=now)
        told = {"number": finding.number, "act": act.act, "state": finding.state}
        record_audit(actor, "finding.went_on", "finding", finding.pk, finding.region_code, told)
    return entry


def _require_side(actor: "User", finding: Finding, act: FindingAct) -> None:
    if act in (FindingAct.GRANT_EXTENSION, FindingAct.REFUSE_EXTENSION):
        require(actor, rights.LEAD, finding.region_code)
    elif act in (FindingAct.PENALTY, FindingAct.DOCUMENT):
        raise NotAllowed(_("Penalties and documents have their own way in."))
    elif act in OF_THE_FIRM and not may(actor, rights.INSPECT, finding.region_code):
        require_firm(actor, finding.object)
    elif act not in OF_THE_FIRM or act is FindingAct.RECTIFY:
        require(actor, rights.INSPECT, finding.region_code)


def _others_went_on(finding: Finding, act: NewAct[FindingData]) -> bool:
    """Whether somebody else took the finding further after what this person saw."""
    return others_went_on(FindingEntry.objects.filter(finding=finding), act, verdict=FindingVerdict.GOES_ON.value)


def _check(finding: Finding, act: FindingAct, data: FindingData, now: datetime) -> None:
    figures = inspection_policy().findings
    if act is FindingAct.FIX:
        if finding.grade != FindingGrade.MAJOR:
            raise InvalidInput(_("The five fixings belong to a major hidden danger."))
        lacking = [one for one in FIXINGS if not getattr(data, one).strip()]
        if lacking:
            raise InvalidInput(_("This step needs: %(fields)s.") % {"fields": ", ".join(lacking)})
    elif act is FindingAct.RECTIFY:
        if finding.grade == FindingGrade.MAJOR and not finding.fixings:
            raise InvalidInput(_("A major hidden danger needs its five fixings first: person, money, measure, limit, plan."))
        if not data.text.strip():
            raise InvalidInput(_("Say what was done."))
    elif act is FindingAct.ASK_EXTENSION:
        if finding.extended >= figures.extensions:
            raise InvalidInput(_("The limit of this finding was put off before."))
        if not data.text.strip():
            raise InvalidInput(_("An extension needs a reason."))
        until = day_of(data.until)
        if not finding.due_on < until <= finding.due_on + timedelta(days=figures.extension_days):
            raise InvalidInput(_("An extension is at most %(days)d days beyond the limit.") % {"days": figures.extension_days})
    elif act in (FindingAct.GRANT_EXTENSION, FindingAct.REFUSE_EXTENSION):
        if finding.asked_until is None:
            raise InvalidInput(_("Nobody waits for more time here."))
    elif act in (FindingAct.WITHDRAW, FindingAct.FAIL, FindingAct.NOTE) and not data.text.strip():
        raise InvalidInput(_("This step needs a reason in words."))


def _keep(finding: Finding, act: NewAct[FindingData], actor: "User", now: datetime, verdict: FindingVerdict) -> FindingEntry:
    finding.version += 1
    fields = entry_fields(act, actor=actor, now=now, since=finding.found_at, version=finding.version, verdict=verdict.value)
    return FindingEntry.objects.create(finding=finding, **fields)


def _follow(finding: Finding, entry: FindingEntry, actor: "User") -> None:
    """What an act that counts changes."""
    data: dict[str, str] = entry.data
    match FindingAct(entry.act):
        case FindingAct.FIX:
            finding.fixings = {name: data[name] for name in FIXINGS}
        case FindingAct.RECTIFY:
            finding.rectified_at, finding.asked_until = entry.at, None
        case FindingAct.ASK_EXTENSION:
            finding.asked_until = day_of(data["until"])
        case FindingAct.GRANT_EXTENSION:
            assert finding.asked_until is not None  # noqa: S101 - checked before
            finding.due_on, finding.asked_until = finding.asked_until, None
            finding.extended += 1
        case FindingAct.REFUSE_EXTENSION:
            finding.asked_until = None
        case FindingAct.PASS:
            finding.closed_at = entry.at
            _opinion(finding, entry, actor)
        case FindingAct.FAIL:
            figures = inspection_policy().findings
            asked = int(data.get("days", figures.offered_days))
            limit = limit_days(FindingGrade(finding.grade), asked, ordinary=figures.ordinary_days, major=figures.major_days)
            finding.due_on = timezone.localdate(entry.at) + timedelta(days=limit)
            finding.rectified_at = None
            _opinion(finding, entry, actor)


def _opinion(finding: Finding, entry: FindingEntry, actor: "User") -> None:
    """The paper of a re-check (整改复查意见书), ready for the law-enforcement system."""
    LegalDocument.objects.create(
        object=finding.object,
        finding=finding,
        inspection=finding.inspection,
        direction="out",
        kind="recheck_opinion",
        number=next_number(DOCUMENT, finding.region_code, entry.received_at),
        at=entry.at,
        content={
            "finding": finding.number,
            "passed": entry.act == FindingAct.PASS,
            "text": entry.data.get("text", ""),
            "by": str(actor),
        },
    )


@transaction.atomic
def record_penalty(
    *,
    actor: "User",
    finding_id: UUID,
    kind: str,
    document_number: str,
    decided_on: date,
    amount_yuan: Decimal | None = None,
    severe: bool = False,
) -> Penalty:
    """A penalty as the law-enforcement system decided it. InvalidInput for a number that is known already."""
    now = current_time()
    finding = visible_findings(actor).get(pk=finding_id)
    require(actor, rights.INSPECT, finding.region_code)
    return keep_penalty(
        actor=actor,
        supervised_object=finding.object,
        finding=finding,
        kind=kind,
        document_number=document_number,
        decided_on=decided_on,
        amount_yuan=amount_yuan,
        severe=severe,
        now=now,
    )


def keep_penalty(
    *,
    actor: "User",
    supervised_object: SupervisedObject,
    finding: Finding | None,
    kind: str,
    document_number: str,
    decided_on: date,
    amount_yuan: Decimal | None,
    severe: bool,
    now: datetime,
) -> Penalty:
    """The same for whoever has asked for the right: an import."""
    if not kind.strip() or not document_number.strip():
        raise InvalidInput(_("A penalty needs its kind and the number of its document."))
    if amount_yuan is not None and not 0 <= amount_yuan < 10**12:
        raise InvalidInput(_("That is no amount of money."))
    if decided_on > timezone.localdate(now):
        raise InvalidInput(_("A penalty can't be decided in the future."))
    if Penalty.objects.filter(document_number=document_number.strip()).exists():
        raise InvalidInput(_("The document %(number)s is known already.") % {"number": document_number})
    penalty = Penalty.objects.create(
        object=supervised_object,
        finding=finding,
        kind=kind.strip()[:40],
        severe=severe,
        amount_yuan=amount_yuan,
        document_number=document_number.strip()[:120],
        decided_on=decided_on,
        entered_at=now,
        entered_by=actor,
    )
    if finding is not None:
        locked = Finding.objects.select_for_update().get(pk=finding.pk)
        act = NewAct(
            new_id(), locked.pk, FindingAct.PENALTY.value, now, FindingData(text=f"{penalty.kind} {penalty.document_number}")
        )
        _keep(locked, act, actor, now, FindingVerdict.STAYS)
        locked.save(update_fields=["version"])
    told = {"number": penalty.document_number, "kind": penalty.kind, "severe": severe}
    record_audit(actor, "penalty.recorded", "penalty", penalty.pk, supervised_object.region_code, told)
    return penalty


FIELD_ACTS = FieldActs(acts=FindingAct, data=FindingData, enter=enter_finding)
