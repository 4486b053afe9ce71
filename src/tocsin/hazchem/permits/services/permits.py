"""Permits are applied for, changed, signed, cancelled: rights checked, told, with their audit entry."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.permits.models import PermitSignature, WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.beside import wind_at_work
from tocsin.hazchem.permits.queries.permits import (
    lacks_of,
    named_in,
    next_signer,
    people_of,
    row_of,
    visible_permits,
)
from tocsin.hazchem.permits.rules.grading import WorkFacts, grade_of, latest_end, touches_night
from tocsin.hazchem.permits.rules.kinds import OVER, PermitAct, PermitKind, PermitState, SigningRole, grades_of
from tocsin.hazchem.permits.rules.sheets import PermitSheet, check_permit
from tocsin.hazchem.permits.rules.signing import one_person_twice
from tocsin.hazchem.permits.services.covers import check_disturbed, close_covers, open_covers
from tocsin.hazchem.permits.services.telling import note, tell_next
from tocsin.hazchem.permits.shown.names import ROLE_NAMES, missing_words
from tocsin.jurisdiction.face import is_working_day, require_person_at_screen
from tocsin.supervision.face import visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_FACTS = ("explosive_area", "live", "bund", "pipe_rack", "open_air", "necessary", "wind", "height_m", "fall_factor", "load_t")
_PLAIN = (*_FACTS, "hazards", "lon", "lat", "enriched", "lel_percent", "begins_at", "ends_at")
_LISTS = ("toxics", "emits", "isolations", "blinds", "disturbs")
_PEOPLE = ("analyst_id", "watcher_id", "approver_id")


@transaction.atomic
def apply_for_permit(*, actor: "User", object_id: UUID, sheet: PermitSheet, now: datetime) -> WorkPermit:
    """A draft by the firm's own people; the actor is its applicant. InvalidInput for what the standard forbids."""
    firm = visible_objects(actor).get(pk=object_id)
    if not may_keep(actor, firm):
        raise NotAllowed(_("Permits are applied for by the firm's own people."))
    permit = WorkPermit(object=firm, region_code=firm.region_code, applicant=actor, state_at=now, created_at=now)
    permit.number = f"{timezone.localtime(now):%Y%m%d}-{permit.pk.hex[-6:].upper()}"
    _fill(permit, sheet, actor, now)
    permit.save(force_insert=True)
    note(permit, PermitAct.DRAFTED, actor, now)
    return permit


@transaction.atomic
def change_permit(*, actor: "User", permit_id: UUID, sheet: PermitSheet, now: datetime) -> WorkPermit:
    """A draft, or a permit that is being signed, anew: it is a draft again and signatures are void. Conflict once approved."""
    permit = locked_permit(actor, permit_id)
    if permit.state not in (PermitState.DRAFT, PermitState.SIGNING):
        raise Conflict(_("It was approved and stands as it is: cancel it and apply anew."))
    if permit.applicant_id != actor.pk:
        raise NotAllowed(_("Only its applicant changes it."))
    _fill(permit, sheet, actor, now)
    permit.state, permit.state_at, permit.joint = PermitState.DRAFT, now, False
    permit.signatures.all().delete()
    permit.save()
    note(permit, PermitAct.CHANGED, actor, now)
    return permit


@transaction.atomic
def sign_permit(*, actor: "User", permit_id: UUID, joint: bool = False, now: datetime) -> WorkPermit:
    """The next signature, by the person named for it. `joint`: the approver accepts the works beside it.

    Conflict names what lacks and who must do it; NotAllowed for anybody else and for programs.
    """
    require_person_at_screen(actor)
    permit = locked_permit(actor, permit_id)
    role = next_signer(permit)
    if role is None:
        raise Conflict(_("Nothing is to be signed here now."))
    if getattr(permit, f"{role.value}_id") != actor.pk:
        named = getattr(permit, role.value)
        words = {"role": ROLE_NAMES[role], "name": str(named) if named else "–"}
        raise NotAllowed(_("Next signs the %(role)s: %(name)s.") % words)
    if permit.ends_at <= now:
        raise Conflict(_("Its time is over: cancel it and apply anew."))
    lacks, beside = lacks_of(permit, role, now, joint=joint)
    if lacks:
        raise Conflict(_("Before this signature: %(lacks)s.") % {"lacks": missing_words(lacks)})
    PermitSignature.objects.create(permit=permit, round=permit.round, role=role, by=actor, at=now)
    if role is SigningRole.APPROVER:
        permit.state, permit.joint = PermitState.APPROVED, joint and any(not one.forbids for one in beside)
        open_covers(permit, actor, now)
    elif permit.state == PermitState.DRAFT:
        permit.state = PermitState.SIGNING
    permit.state_at = now
    permit.save(update_fields=["state", "state_at", "joint"])
    note(permit, PermitAct.SIGNED, actor, now, str(role))
    tell_next(permit, now)
    return permit


@transaction.atomic
def cancel_permit(*, actor: "User", permit_id: UUID, reason: str, now: datetime) -> WorkPermit:
    """A permit whose work does not begin, or not again."""
    permit = locked_permit(actor, permit_id)
    if permit.state in (*OVER, PermitState.RUNNING, PermitState.PAUSED):
        raise Conflict(_("Work that has begun is closed or stopped, and what is over stays."))
    if not reason.strip():
        raise InvalidInput(_("Say why it is cancelled."))
    permit.state, permit.state_at = PermitState.CANCELLED, now
    permit.save(update_fields=["state", "state_at"])
    close_covers(permit, actor, now)
    note(permit, PermitAct.CANCELLED, actor, now, reason.strip())
    return permit


def locked_permit(actor: "User", permit_id: UUID) -> WorkPermit:
    """The permit for writing by the firm's own people; the row is held until the transaction ends."""
    seen = visible_permits(actor).get(pk=permit_id)
    if not may_keep(actor, seen.object):
        raise NotAllowed(_("Only the firm's own people act upon its permits."))
    WorkPermit.objects.select_for_update().get(pk=permit_id)
    return visible_permits(actor).get(pk=permit_id)


def _fill(permit: WorkPermit, sheet: PermitSheet, actor: "User", now: datetime) -> None:
    policy = permit_policy()
    check_permit(sheet, policy.toxic_limits, now)
    permit.kind, permit.work, permit.place = sheet.kind, sheet.work.strip(), sheet.place.strip()
    for name in _PLAIN:
        setattr(permit, name, getattr(sheet, name))
    for name in _LISTS:
        setattr(permit, name, sorted({str(one).strip() for one in getattr(sheet, name)} - {""}))
    permit.blind, permit.blind_action = sheet.blind.strip(), sheet.blind_action or ""
    permit.unit = visible_units(actor).get(pk=sheet.unit_id, object_id=permit.object_id) if sheet.unit_id else None
    check_disturbed(permit)
    permit.serves = _served(permit, sheet)
    _name_people(permit, sheet)
    _take_wind(permit, actor, now)
    _grade(permit, sheet)
    row = row_of(permit)
    serves = permit.serves.ends_at if permit.serves else None
    last = latest_end(sheet.begins_at, row.most_h, policy.plant_most_h, serves_until=serves)
    if last is not None and sheet.ends_at > last:
        moment = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
        raise InvalidInput(
            _("It ends at %(moment)s at the latest: by the standard, the plant's rule, or the work it serves.")
            % {"moment": moment}
        )
    clash = one_person_twice(row, named_in(permit))
    if clash:
        words = {"first": ROLE_NAMES[clash[0]], "second": ROLE_NAMES[clash[1]]}
        raise InvalidInput(_("%(first)s and %(second)s are different persons.") % words)


def _take_wind(permit: WorkPermit, actor: "User", now: datetime) -> None:
    """What nobody has told of the wind of work in the open air that begins soon is what is measured now."""
    soon = permit.begins_at <= now + timedelta(hours=permit_policy().wind_ahead_h)
    if permit.wind is None and permit.open_air and soon and (wind := wind_at_work(permit, actor, now)) is not None:
        permit.wind = wind.grade


def _grade(permit: WorkPermit, sheet: PermitSheet) -> None:
    policy = permit_policy()
    begins, ends = (timezone.localtime(one).replace(tzinfo=None) for one in (sheet.begins_at, sheet.ends_at))
    facts = WorkFacts(
        kind=sheet.kind,
        off_day=not is_working_day(begins.date()) or not is_working_day(ends.date()),
        night=touches_night(begins, ends, policy.night_from_h, policy.night_until_h),
        **{name: getattr(permit, name) for name in _FACTS},
    )
    raised = any(row.raised for row in policy.grade if row.kind is sheet.kind and row.grade == grades_of(sheet.kind)[-1])
    graded = grade_of(facts, raised_when_off=raised)
    permit.grade, permit.base_grade, permit.raised_by = graded.grade, graded.base, [str(one) for one in graded.raised_by]


def _served(permit: WorkPermit, sheet: PermitSheet) -> WorkPermit | None:
    if sheet.serves_id is None:
        return None
    found = WorkPermit.objects.filter(pk=sheet.serves_id, object_id=permit.object_id).exclude(state__in=OVER).first()
    if sheet.kind is not PermitKind.TEMPORARY_POWER or found is None:
        raise InvalidInput(_("Only temporary power serves another open permit of the same firm, and ends with it."))
    return found


def _name_people(permit: WorkPermit, sheet: PermitSheet) -> None:
    wanted = {name: getattr(sheet, name) for name in _PEOPLE}
    known = set(people_of(permit.object).filter(pk__in=[one for one in wanted.values() if one]).values_list("pk", flat=True))
    for name, person in wanted.items():
        if person is not None and person not in known:
            raise InvalidInput(_("Analyst, watcher and approver are people of the firm who can sign in."))
        setattr(permit, name, person)
