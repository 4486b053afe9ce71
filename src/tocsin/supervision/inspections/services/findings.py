"""A hidden danger from its finding to its closure: what firm and inspectors do, what it brings with it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.queries import FieldActs, others_went_on
from tocsin.fieldwork.rules import NewAct
from tocsin.fieldwork.services import known_entry, require_picture, with_picture
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import Prepared, prepare_attachment, record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Finding, FindingEntry, Inspection, LegalDocument
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.findings import visible_findings
from tocsin.supervision.inspections.rules.findings import (
    FIXINGS,
    OF_THE_FIRM,
    OF_THE_LEAD,
    OF_THE_MACHINE,
    FindingAct,
    FindingData,
    FindingGrade,
    FindingState,
    FindingVerdict,
    step,
)
from tocsin.supervision.inspections.rules.telling import Matter
from tocsin.supervision.inspections.services.numbers import FINDING, OPINION, next_form_number, next_number
from tocsin.supervision.inspections.services.serving import Served, keep_step, note_step, serve
from tocsin.supervision.inspections.services.tasks import follow_finding
from tocsin.supervision.inspections.services.telling import end_notices, tell_decider, tell_firm, tell_inspectors
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.days import day_of
from tocsin.supervision.objects.queries.register import own_objects, require_firm, visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.photos import keep_print

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_COUNTS = (FindingVerdict.GOES_ON, FindingVerdict.STAYS)
_CHANGES_TASK = frozenset({FindingAct.GRANT_EXTENSION, FindingAct.SERVE})


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
    own: bool = False,
) -> Finding:
    """A new finding with its number and its limit; the caller has decided that the actor may. Its days count from service on.

    InvalidInput for a limit that policy does not allow: nothing is shortened in silence.
    """
    if not text.strip():
        raise InvalidInput(_("Say what the hidden danger is."))
    if identity is not None and Finding.objects.filter(pk=identity).exists():
        raise Conflict(_("Another hidden danger has this id."))
    days = allowed_days(grade, days)
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
        days=days,
        due_on=timezone.localdate(at) + timedelta(days=days),
        unserved=not own,
        own=own,
    )
    told = {"number": finding.number, "grade": finding.grade, "due": finding.due_on.isoformat(), "own": own}
    record_audit(actor, "finding.opened", "finding", finding.pk, finding.region_code, told)
    return finding


def allowed_days(grade: FindingGrade, asked: int | None) -> int:
    """The days of a limit: those asked for, else those offered. InvalidInput tells the longest that policy allows."""
    figures = inspection_policy().findings
    if asked is None:
        return figures.offered(grade)
    if not 0 <= asked <= figures.most(grade):
        raise InvalidInput(
            _("%(asked)d days are too many: at most %(most)d are allowed here.") % {"asked": asked, "most": figures.most(grade)}
        )
    return asked


@transaction.atomic
def report_finding(*, actor: "User", object_id: UUID, grade: FindingGrade, text: str, days: int | None = None) -> Finding:
    """A finding without an inspection: from a report, a remote look, another office. The firm is told at once."""
    found = visible_objects(actor).get(pk=object_id)
    require(actor, rights.INSPECT, found.region_code)
    now = current_time()
    finding = open_finding(
        actor=actor, supervised_object=found, inspection=None, grade=grade, text=text, days=days, item="", at=now, now=now
    )
    tell_firm(finding, Matter.FOUND, now=now, urgent=grade is FindingGrade.MAJOR)
    finding.refresh_from_db()
    return finding


@transaction.atomic
def report_own(*, actor: "User", act: NewAct[FindingData]) -> FindingEntry:
    """A danger that the firm found itself (自查自报自改), with the id that the device made. It costs no points; whoever
    supervises the firm is told of a major one.
    """
    known = known_entry(FindingEntry, "finding", act)
    if known is not None:
        return known
    if act.data.object is None:
        raise InvalidInput(_("Say where the hidden danger is."))
    found = own_objects(actor).get(pk=act.data.object)
    require_firm(actor, found)
    now, grade = current_time(), FindingGrade(act.data.grade or FindingGrade.ORDINARY)
    finding = open_finding(
        actor=actor,
        supervised_object=found,
        inspection=None,
        grade=grade,
        text=act.data.text,
        days=act.data.days,
        item="",
        at=now,
        now=now,
        identity=act.subject_id,
        own=True,
    )
    entry = keep_step(finding, act, actor, now, FindingVerdict.STAYS)
    finding.save()
    if grade is FindingGrade.MAJOR:
        tell_decider(finding, Matter.OWN_MAJOR, now=now, urgent=True)
    return entry


@transaction.atomic
def report_own_danger(
    *, actor: "User", object_id: UUID, grade: FindingGrade, text: str, picture: Prepared | None, now: datetime
) -> Finding:
    """The same for another record of the firm that found it, with its photo: the finding."""
    data = FindingData(object=object_id, grade=grade, text=text)
    told = report_own(actor=actor, act=NewAct(id=new_id(), subject_id=new_id(), act=FindingAct.REPORT_OWN, at=now, data=data))
    if picture is not None:
        photo = NewAct(id=new_id(), subject_id=told.finding_id, act=FindingAct.PHOTO, at=now, data=FindingData())
        _enter(actor, photo, picture)
    return Finding.objects.get(pk=told.finding_id)


def enter_finding(*, actor: "User", act: NewAct[FindingData], picture: bytes = b"", name: str = "") -> FindingEntry:
    """What a firm or an inspector did. Finding.DoesNotExist out of reach; NotAllowed where it is the other side's act;
    InvalidInput where something is missing. What can't count any more is kept as a conflict.
    """
    if act.act == FindingAct.REPORT_OWN:
        return report_own(actor=actor, act=act)
    _require_side(actor, visible_findings(actor).get(pk=act.subject_id), FindingAct(act.act))
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture else None
    return _enter(actor, act, prepared)


@transaction.atomic
def _enter(actor: "User", act: NewAct[FindingData], picture: Prepared | None) -> FindingEntry:
    now, kind = current_time(), FindingAct(act.act)
    visible = visible_findings(actor).get(pk=act.subject_id)
    by_firm = _require_side(actor, visible, kind)
    related = ("object__organisation", "object__competent", "inspection__first_inspector", "inspection__second_inspector")
    finding = Finding.objects.select_for_update(of=("self",)).select_related(*related).get(pk=visible.pk)
    known = known_entry(FindingEntry, "finding", act, is_photo=picture is not None)
    if known is not None:
        return known
    if picture is not None:
        region = finding.region_code
        act = with_picture(act, picture, actor=actor, object_type="finding", region_code=region, now=now)
        keep_print(act.data.attachment, finding.object, picture, now)
    require_picture(act)
    if by_firm and finding.unserved:  # whoever acts upon it knows of it
        serve(finding, at=now)
        note_step(finding, FindingAct.SERVE, actor, now, FindingData(served=Served.ACTED.value))
    verdict, state = step(FindingState(finding.state), kind, outdated=_others_went_on(finding, act))
    if verdict in _COUNTS:
        _check(finding, kind, act.data, now)
    entry = keep_step(finding, act, actor, now, verdict)
    if verdict in _COUNTS:
        finding.state = state.value
        _follow(finding, entry, actor)
    finding.save()
    if verdict is FindingVerdict.GOES_ON or (verdict is FindingVerdict.STAYS and kind in _CHANGES_TASK):
        follow_finding(finding, now=now)
        told = {"number": finding.number, "act": act.act, "state": finding.state}
        record_audit(actor, "finding.went_on", "finding", finding.pk, finding.region_code, told)
    if verdict in _COUNTS:
        _tell(finding, kind, entry, now)
    return entry


def _require_side(actor: "User", finding: Finding, act: FindingAct) -> bool:
    """NotAllowed where it is the other side's act; whether the actor works for the firm."""
    if act in OF_THE_LEAD:
        require(actor, rights.LEAD, finding.region_code)
    elif act in (FindingAct.PENALTY, FindingAct.DOCUMENT) or act in OF_THE_MACHINE:
        raise NotAllowed(_("Penalties and documents have their own way in."))
    elif act in OF_THE_FIRM:
        if may(actor, rights.OWN, finding.region_code, (finding.object.organisation_id,)):
            return True
        if not may(actor, rights.INSPECT, finding.region_code):  # who enters it for a firm that has no account
            require_firm(actor, finding.object)
    else:
        require(actor, rights.INSPECT, finding.region_code)
    return False


def _others_went_on(finding: Finding, act: NewAct[FindingData]) -> bool:
    """Whether somebody else took the finding further after what this person saw."""
    return others_went_on(FindingEntry.objects.filter(finding=finding), act, verdict=FindingVerdict.GOES_ON.value)


def _check(finding: Finding, act: FindingAct, data: FindingData, now: datetime) -> None:
    match act:
        case FindingAct.FIX:
            _check_fixings(finding, data)
        case FindingAct.RECTIFY if finding.grade == FindingGrade.MAJOR and not finding.fixings:
            raise InvalidInput(_("A major hidden danger needs its five fixings first: person, money, measure, limit, plan."))
        case FindingAct.RECTIFY if not data.text.strip():
            raise InvalidInput(_("Say what was done."))
        case FindingAct.CLOSE_OWN if not finding.own or finding.grade == FindingGrade.MAJOR:
            raise InvalidInput(_("The firm closes only an ordinary danger that it found itself."))
        case FindingAct.ASK_EXTENSION:
            _check_extension(finding, data)
        case FindingAct.ASK_ACCEPTANCE:
            _check_acceptance(finding, data, now)
        case FindingAct.GRANT_EXTENSION | FindingAct.REFUSE_EXTENSION if finding.asked_until is None:
            raise InvalidInput(_("Nobody waits for more time here."))
        case FindingAct.ACCEPT_RISK | FindingAct.REFUSE_RISK if finding.accept_asked is None:
            raise InvalidInput(_("Nobody asks here that the risk be accepted."))
        case FindingAct.SERVE if not finding.unserved:
            raise InvalidInput(_("The firm was told already."))
        case FindingAct.FAIL:
            allowed_days(FindingGrade(finding.grade), data.days)
    if act in _NEED_WORDS and not data.text.strip():
        raise InvalidInput(_("This step needs a reason in words."))


_NEED_WORDS = frozenset(
    {FindingAct.WITHDRAW, FindingAct.FAIL, FindingAct.NOTE, FindingAct.SERVE, FindingAct.CLOSE_OWN, FindingAct.ACCEPT_RISK}
)


def _check_fixings(finding: Finding, data: FindingData) -> None:
    if finding.grade != FindingGrade.MAJOR:
        raise InvalidInput(_("The five fixings belong to a major hidden danger."))
    lacking = [one for one in FIXINGS if not getattr(data, one).strip()]
    if lacking:
        raise InvalidInput(_("This step needs: %(fields)s.") % {"fields": ", ".join(lacking)})


def _check_extension(finding: Finding, data: FindingData) -> None:
    figures = inspection_policy().findings
    if finding.extended >= figures.extensions:
        raise InvalidInput(_("The limit of this finding was put off before."))
    if not data.text.strip():
        raise InvalidInput(_("An extension needs a reason."))
    if not finding.due_on < day_of(data.until) <= finding.due_on + timedelta(days=figures.extension_days):
        raise InvalidInput(_("An extension is at most %(days)d days beyond the limit.") % {"days": figures.extension_days})


def _check_acceptance(finding: Finding, data: FindingData, now: datetime) -> None:
    """A risk is accepted for a time and with measures that stand in; never that of a major danger."""
    most = inspection_policy().findings.accepted_days
    if finding.grade == FindingGrade.MAJOR or finding.own:
        raise InvalidInput(_("The risk of a major hidden danger is not accepted, and of one's own there is nothing to accept."))
    if not data.text.strip() or not data.measure.strip():
        raise InvalidInput(_("Say why it can't be rectified now, and what is done meanwhile."))
    today = timezone.localdate(now)
    if not today < day_of(data.until) <= today + timedelta(days=most):
        raise InvalidInput(_("A risk is accepted for at most %(days)d days.") % {"days": most})


def _follow(finding: Finding, entry: FindingEntry, actor: "User") -> None:
    """What an act that counts changes."""
    data: dict[str, str] = entry.data
    match FindingAct(entry.act):
        case FindingAct.FIX:
            finding.fixings = {name: data[name] for name in FIXINGS}
        case FindingAct.SERVE:
            serve(finding, at=entry.at)
        case FindingAct.RECTIFY:
            finding.rectified_at = entry.at
            finding.asked_until = finding.accept_asked = finding.accepted_until = None
        case FindingAct.CLOSE_OWN:
            finding.rectified_at = finding.closed_at = entry.at
        case FindingAct.ASK_EXTENSION:
            finding.asked_until = day_of(data["until"])
        case FindingAct.GRANT_EXTENSION:
            assert finding.asked_until is not None  # noqa: S101 - checked before
            finding.due_on, finding.asked_until = finding.asked_until, None
            finding.extended += 1
        case FindingAct.REFUSE_EXTENSION:
            finding.asked_until = None
        case FindingAct.ASK_ACCEPTANCE:
            finding.accept_asked = day_of(data["until"])
        case FindingAct.ACCEPT_RISK:
            assert finding.accept_asked is not None  # noqa: S101 - checked before
            finding.due_on = finding.accepted_until = finding.accept_asked
            finding.accept_asked = finding.asked_until = None
        case FindingAct.REFUSE_RISK:
            finding.accept_asked = None
        case FindingAct.PASS:
            finding.closed_at = entry.at
            _opinion(finding, entry, actor)
        case FindingAct.FAIL:
            _set_back(finding, entry)
            _opinion(finding, entry, actor)


def _set_back(finding: Finding, entry: FindingEntry) -> None:
    """A new limit after a re-check that was not passed; it counts from the day on which the firm is told."""
    finding.days = allowed_days(FindingGrade(finding.grade), entry.data.get("days"))
    finding.due_on = timezone.localdate(entry.at) + timedelta(days=finding.days)
    finding.rectified_at = None
    finding.unserved = True


_TOLD_FIRM = {
    FindingAct.GRANT_EXTENSION: Matter.GRANTED,
    FindingAct.REFUSE_EXTENSION: Matter.REFUSED,
    FindingAct.ACCEPT_RISK: Matter.ACCEPTED,
    FindingAct.REFUSE_RISK: Matter.NOT_ACCEPTED,
    FindingAct.PASS: Matter.PASSED,
    FindingAct.FAIL: Matter.FAILED,
    FindingAct.WITHDRAW: Matter.WITHDRAWN,
}
_ENDS = {
    FindingAct.RECTIFY: (Matter.REMINDED, Matter.LATE, Matter.FIRM_LATE, Matter.EXTENSION, Matter.ACCEPTANCE),
    FindingAct.PASS: (Matter.RECTIFIED, Matter.OWN_MAJOR),
    FindingAct.FAIL: (Matter.RECTIFIED,),
    FindingAct.GRANT_EXTENSION: (Matter.EXTENSION, Matter.REMINDED, Matter.LATE, Matter.FIRM_LATE),
    FindingAct.REFUSE_EXTENSION: (Matter.EXTENSION,),
    FindingAct.ACCEPT_RISK: (Matter.ACCEPTANCE, Matter.EXTENSION, Matter.REMINDED, Matter.LATE, Matter.FIRM_LATE),
    FindingAct.REFUSE_RISK: (Matter.ACCEPTANCE,),
    FindingAct.SERVE: (Matter.UNSERVED,),
    FindingAct.WITHDRAW: tuple(Matter),
}


def _tell(finding: Finding, act: FindingAct, entry: FindingEntry, now: datetime) -> None:
    """The other side hears of it; what waited for this act waits no more."""
    end_notices(finding, _ENDS.get(act, ()), now)
    said = str(entry.data.get("text", ""))[:200]
    if act in _TOLD_FIRM:
        tell_firm(finding, _TOLD_FIRM[act], now=now, urgent=act is FindingAct.FAIL, said=said)
        finding.refresh_from_db()
    elif act is FindingAct.RECTIFY:
        tell_inspectors(finding, Matter.RECTIFIED, now=now)
    elif act is FindingAct.ASK_EXTENSION:
        tell_decider(finding, Matter.EXTENSION, now=now, said=said, asked=entry.data["until"])
    elif act is FindingAct.ASK_ACCEPTANCE:
        tell_decider(finding, Matter.ACCEPTANCE, now=now, said=said, asked=entry.data["until"])


def _opinion(finding: Finding, entry: FindingEntry, actor: "User") -> None:
    """The paper of a re-check (整改复查意见书), ready for the law-enforcement system."""
    LegalDocument.objects.create(
        object=finding.object,
        finding=finding,
        inspection=finding.inspection,
        direction="out",
        kind="recheck_opinion",
        number=next_form_number(OPINION, finding.region_code, entry.received_at),
        at=entry.at,
        content={
            "finding": finding.number,
            "passed": entry.act == FindingAct.PASS,
            "text": entry.data.get("text", ""),
            "by": str(actor),
        },
    )


FIELD_ACTS = FieldActs(acts=FindingAct, data=FindingData, enter=enter_finding)
