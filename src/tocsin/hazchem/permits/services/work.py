"""Work under a permit: gas tests, measures, start, pause, stop, another end, close."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.hazchem.permits.models import GasTest, PermitMeasure, WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.beside import (
    alarms_beside,
    alarms_that_stop,
    is_active,
    of_own_work,
    placed,
    wind_at_work,
)
from tocsin.hazchem.permits.queries.permits import asked_of, lacks_of, may_be_closed, named_in, row_of
from tocsin.hazchem.permits.rules.gas import GasFigures, check_figures, faults_of
from tocsin.hazchem.permits.rules.grading import FORBIDDEN_WIND, Raise, latest_end
from tocsin.hazchem.permits.rules.kinds import OVER, STOPPED_BY_ALARMS, PermitAct, PermitKind, PermitState, SigningRole
from tocsin.hazchem.permits.services.covers import close_covers, prolong_covers
from tocsin.hazchem.permits.services.detectors import figures_of_detector
from tocsin.hazchem.permits.services.permits import locked_permit
from tocsin.hazchem.permits.services.telling import note, tell_next, tell_of_stop
from tocsin.hazchem.permits.shown.names import ROLE_NAMES, missing_words
from tocsin.jurisdiction.face import require_person_at_screen

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_AT_WORK = (SigningRole.APPLICANT, SigningRole.WATCHER)
_ALARMS_BACK = timedelta(days=7)  # an alarm that has held for longer is a fault of its sensor, for its own list


@transaction.atomic
def test_gas(
    *, actor: "User", permit_id: UUID, figures: GasFigures, place: str = "", sensor_id: UUID | None = None, now: datetime
) -> GasTest:
    """A test by the analyst, or the watcher while work goes on; one that fails, and is the newest, stops the work at once.

    With `sensor_id` what the detector at that place measures stands in the test, and the test is as old as its oldest reading.
    InvalidInput where a reading is older than the policy allows, or the detector measures nothing that the permit asks for.
    """
    permit = locked_permit(actor, permit_id)
    running = permit.state in (PermitState.RUNNING, PermitState.PAUSED)
    went_on = permit.state == PermitState.STOPPED and now < permit.state_at  # of a test that arrives after the stop
    _only(permit, actor, (SigningRole.ANALYST, SigningRole.WATCHER) if running or went_on else (SigningRole.ANALYST,))
    if permit.state in (PermitState.DRAFT, *OVER):
        raise Conflict(_("Gas is tested once the applicant has signed, and until the permit is over."))
    if not row_of(permit).gas_test:
        raise Conflict(_("This kind of work asks for no gas test."))
    at = now
    if sensor_id is not None:
        figures, at = figures_of_detector(permit, sensor_id, figures, now)
    check_figures(figures)
    policy = permit_policy()
    faults = faults_of(asked_of(permit), figures, policy.gas, policy.toxic_limits)
    test = GasTest.objects.create(
        permit=permit,
        at=at,
        by=actor,
        place=place.strip()[:200],
        flammable_percent=figures.flammable_percent,
        oxygen_percent=figures.oxygen_percent,
        toxics=dict(figures.toxics),
        sensor_id=sensor_id,
        good=not faults,
        faults=[[one.code, one.what, one.value, one.limit] for one in faults],
    )
    note(permit, PermitAct.TESTED, actor, now)
    newest = not permit.tests.filter(at__gt=at).exists()
    if faults and running and newest:
        halt(permit, by=actor, now=now, reason="gas_test")
    elif not faults:
        tell_next(permit, now)
    return test


test_gas.__test__ = False  # type: ignore[attr-defined]  # pytest takes it for a test by its name


@transaction.atomic
def tick_measures(
    *, actor: "User", permit_id: UUID, done: Collection[str], without: Collection[str] = (), now: datetime
) -> WorkPermit:
    """Measures that the watcher has seen on site; `without`: such as this work does not need."""
    permit = locked_permit(actor, permit_id)
    _only(permit, actor, (SigningRole.WATCHER,))
    if permit.state in OVER:
        raise Conflict(_("The permit is over."))
    known = {one.code for one in permit_policy().measures(PermitKind(permit.kind))}
    unknown = sorted({*done, *without} - known)
    if unknown or set(done) & set(without):
        told = _("Tick measures of this kind of work, each as done or as not needed: %(names)s.")
        raise InvalidInput(told % {"names": ", ".join(unknown)})
    for code in sorted({*done, *without}):
        ticked = {"applies": code in set(done), "by": actor, "at": now}
        PermitMeasure.objects.update_or_create(permit=permit, code=code, defaults=ticked)
    note(permit, PermitAct.TICKED, actor, now, ",".join(sorted({*done, *without})))
    return permit


@transaction.atomic
def start_work(*, actor: "User", permit_id: UUID, now: datetime) -> WorkPermit:
    """Work begins, goes on after a pause, or again after a stop. Conflict names what lacks and who must do it."""
    require_person_at_screen(actor)
    permit = locked_permit(actor, permit_id)
    _only(permit, actor, _AT_WORK)
    if permit.state not in (PermitState.APPROVED, PermitState.PAUSED):
        raise Conflict(_("Work begins once the approver has signed."))
    if not permit.begins_at <= now < permit.ends_at:
        begins, ends = (f"{timezone.localtime(one):%Y-%m-%d %H:%M}" for one in (permit.begins_at, permit.ends_at))
        raise Conflict(_("The permit holds from %(begins)s to %(ends)s.") % {"begins": begins, "ends": ends})
    lacks, _beside = lacks_of(permit, None, now)
    if lacks:
        raise Conflict(_("Before work begins: %(lacks)s.") % {"lacks": missing_words(lacks)})
    _check_wind(permit, actor, now)
    holding = (one for one in alarms_that_stop(now - _ALARMS_BACK) if is_active(one))
    if permit.kind in STOPPED_BY_ALARMS and any(
        not of_own_work(one.alarm, permit.cover_ids) for one in alarms_beside([placed(permit)], holding)
    ):
        raise Conflict(_("An alarm of gas or fire holds beside the work: nobody begins until it has cleared."))
    act = PermitAct.RESUMED if permit.started_at else PermitAct.STARTED
    permit.state, permit.state_at, permit.paused_at, permit.stopped_at = PermitState.RUNNING, now, None, None
    permit.started_at = permit.started_at or now
    permit.save(update_fields=["state", "state_at", "paused_at", "stopped_at", "started_at"])
    note(permit, act, actor, now)
    return permit


def _check_wind(permit: WorkPermit, actor: "User", now: datetime) -> None:
    """Conflict where more wind is measured now than hot work in the open air was graded for."""
    if permit.kind != PermitKind.HOT_WORK or not permit.open_air or Raise.WIND in permit.raised_by:
        return
    wind = wind_at_work(permit, actor, now)
    if wind is not None and wind.grade >= FORBIDDEN_WIND:
        words = {
            "grade": wind.grade,
            "by": wind.by,
            "at": f"{timezone.localtime(wind.at):%H:%M}",
            "limit": FORBIDDEN_WIND,
        }
        raise Conflict(
            _(
                "Wind of grade %(grade)s by %(by)s at %(at)s: no hot work in the open air from grade %(limit)s on. Wait, or, "
                "where it can't wait, cancel the permit and apply anew: it is then raised by one grade."
            )
            % words
        )


@transaction.atomic
def pause_work(*, actor: "User", permit_id: UUID, now: datetime) -> WorkPermit:
    """Work rests for a while."""
    permit = locked_permit(actor, permit_id)
    _only(permit, actor, _AT_WORK)
    if permit.state != PermitState.RUNNING:
        raise Conflict(_("No work goes on here."))
    permit.state, permit.state_at, permit.paused_at = PermitState.PAUSED, now, now
    permit.save(update_fields=["state", "state_at", "paused_at"])
    note(permit, PermitAct.PAUSED, actor, now)
    return permit


@transaction.atomic
def stop_work(*, actor: "User", permit_id: UUID, reason: str, now: datetime) -> WorkPermit:
    """Anybody of the firm stops work that is not safe."""
    permit = locked_permit(actor, permit_id)
    if permit.state not in (PermitState.RUNNING, PermitState.PAUSED):
        raise Conflict(_("No work goes on here."))
    if not reason.strip():
        raise InvalidInput(_("Say why it stops."))
    halt(permit, by=actor, now=now, reason=reason.strip())
    return permit


@transaction.atomic
def extend_permit(*, actor: "User", permit_id: UUID, ends_at: datetime, now: datetime) -> WorkPermit:
    """Another end by the approver, within what the standard, the plant and the work it serves allow."""
    require_person_at_screen(actor)
    permit = locked_permit(actor, permit_id)
    _only(permit, actor, (SigningRole.APPROVER,))
    if permit.state not in (PermitState.APPROVED, PermitState.RUNNING, PermitState.PAUSED):
        raise Conflict(_("Only an approved permit gets another end."))
    serves = permit.serves.ends_at if permit.serves else None
    last = latest_end(permit.begins_at, row_of(permit).most_h, permit_policy().plant_most_h, serves_until=serves)
    if ends_at <= now or (last is not None and ends_at > last):
        moment = f"{timezone.localtime(last):%Y-%m-%d %H:%M}" if last else "–"
        told = _("The end lies ahead, and at %(moment)s at the latest; then a new permit is needed.")
        raise InvalidInput(told % {"moment": moment})
    permit.ends_at = ends_at
    permit.save(update_fields=["ends_at"])
    if lacks_of(permit, SigningRole.APPROVER, now)[1] and not permit.joint:
        raise Conflict(_("Until then other works stand beside it: apply for a new permit."))
    prolong_covers(permit, actor, now)
    note(permit, PermitAct.EXTENDED, actor, now)
    return permit


@transaction.atomic
def close_permit(*, actor: "User", permit_id: UUID, now: datetime) -> WorkPermit:
    """The work is done and the place was looked over, by applicant, watcher or approver; of one that expired, too."""
    require_person_at_screen(actor)
    permit = locked_permit(actor, permit_id)
    _only(permit, actor, (*_AT_WORK, SigningRole.APPROVER))
    if not may_be_closed(permit):
        raise Conflict(_("Only work that has begun is closed."))
    permit.state, permit.state_at = PermitState.CLOSED, now
    permit.save(update_fields=["state", "state_at"])
    close_covers(permit, actor, now)
    note(permit, PermitAct.CLOSED, actor, now)
    return permit


def halt(
    permit: WorkPermit, *, by: "User", now: datetime, reason: str, alarm: UUID | None = None, metres: float | None = None
) -> None:
    """The work stops and a new round of test and signatures begins; all concerned are told. In the caller's transaction."""
    permit.state, permit.state_at, permit.stopped_at, permit.paused_at = PermitState.STOPPED, now, now, None
    permit.round += 1
    permit.joint = False
    permit.stopping_alarm_id = alarm
    permit.save(update_fields=["state", "state_at", "stopped_at", "paused_at", "round", "joint", "stopping_alarm"])
    close_covers(permit, by, now)
    text = "" if alarm else reason
    note(permit, PermitAct.STOPPED, by, now, text, automatic=alarm is not None)
    tell_of_stop(permit, now, alarm=str(alarm or ""), metres=metres, reason=reason)
    tell_next(permit, now)


def _only(permit: WorkPermit, actor: "User", roles: Collection[SigningRole]) -> None:
    named = named_in(permit)
    if actor.pk not in [named[one] for one in roles]:
        words = ", ".join(f"{ROLE_NAMES[one]} {getattr(permit, one.value) or '–'}" for one in roles)
        raise NotAllowed(_("This is for: %(people)s.") % {"people": words})
