"""Drills: made with a script and the few whom they may reach, begun, run by the worker from rows, ended with their cases."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, Refusal
from tocsin.base.ids import deterministic_id
from tocsin.base.levels import AlarmLevel
from tocsin.bus.services import record_event
from tocsin.command.casebook.events import CaseOpened
from tocsin.command.casebook.models import Case, Drill
from tocsin.command.casebook.queries.cases import root_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OPEN_STATES, Origin
from tocsin.command.casebook.services.log import Book, open_book
from tocsin.command.drills import queries
from tocsin.command.drills.events import DrillBegan, DrillEnded
from tocsin.command.drills.models import DrillAct
from tocsin.command.drills.rules.script import Act, End, OpenCase, Say, SetLevel, UnitActs, due_at, read_script
from tocsin.command.handling.services.follow_up import react
from tocsin.command.handling.services.handling import close_with_drill
from tocsin.command.orders.queries.orders import running_order
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.rules.entries import EntryData
from tocsin.command.orders.services.entries import enter
from tocsin.fieldwork.rules import NewAct
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.jurisdiction.face import (
    organisation_by_code,
    person_by_username,
    region_of,
    require,
    system_actor,
    visible_organisations,
)
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

CHANNEL = "drill"


@transaction.atomic
def make_drill(
    *,
    actor: "User",
    region_code: str,
    name: str,
    script: Iterable[Any],
    organisation_ids: Iterable[UUID] = (),
    usernames: Iterable[str] = (),
) -> Drill:
    """A drill that waits to be begun. It reaches the organisations and persons named here and nobody else.

    InvalidInput for a script that can't be read, a body or person that is unknown or of elsewhere.
    """
    require(actor, rights.DRILLS, region_code)
    if not name.strip():
        raise InvalidInput(_("A drill needs a name."))
    acts = read_script(script)
    for act in acts:
        if isinstance(act, UnitActs) and organisation_by_code(act.unit, region_code) is None:
            raise InvalidInput(_("There is no body with the code %(code)s here.") % {"code": act.unit})
    wanted = set(organisation_ids)
    bodies = set(visible_organisations(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    people = [person_by_username(one.strip()) for one in usernames if one.strip()]
    if bodies != wanted or any(one is None or not governs(region_code, region_of(one)) for one in people):
        raise InvalidInput(_("Name bodies and persons of this region."))
    recipients = {
        "organisations": sorted(str(one) for one in bodies),
        "people": sorted(str(one.pk) for one in people if one is not None),
    }
    drill = Drill.objects.create(
        region_code=region_code,
        name=name.strip()[:120],
        script=[msgspec.to_builtins(act) for act in acts],
        recipients=recipients,
        made_by=actor,
        made_at=current_time(),
    )
    record_audit(actor, "drill.made", "drill", drill.pk, region_code, {"name": drill.name, "recipients": json.dumps(recipients)})
    return drill


@transaction.atomic
def begin_drill(*, actor: "User", drill_id: UUID) -> Drill:
    """Its acts are due from now on. Conflict for one that has begun already."""
    drill = _locked(actor, drill_id)
    if drill.began_at is not None:
        raise Conflict(_("This drill has begun already."))
    now = current_time()
    acts = read_script(drill.script)
    DrillAct.objects.bulk_create(DrillAct(drill=drill, number=number, due_at=due_at(act, now)) for number, act in enumerate(acts))
    drill.began_at = now
    drill.save(update_fields=["began_at"])
    record_audit(actor, "drill.begun", "drill", drill.pk, drill.region_code, {"name": drill.name})
    record_event(DrillBegan(drill_id=str(drill.pk), name=drill.name), region=drill.region_code)
    return drill


@transaction.atomic
def end_drill(*, actor: "User", drill_id: UUID) -> Drill:
    """The drill is over, and its cases with it; what was still to come does not happen. Conflict unless it runs."""
    drill = _locked(actor, drill_id)
    if drill.began_at is None or drill.ended_at is not None:
        raise Conflict(_("This drill does not run."))
    _end(drill, actor=actor, now=current_time())
    return drill


@transaction.atomic
def write_remarks(*, actor: "User", drill_id: UUID, text: str) -> Drill:
    """What the evaluation says in words."""
    drill = _locked(actor, drill_id)
    if drill.ended_at is None:
        raise Conflict(_("A drill is evaluated when it is over."))
    drill.remarks = text.strip()[:4000]
    drill.save(update_fields=["remarks"])
    record_audit(actor, "drill.evaluated", "drill", drill.pk, drill.region_code, {"remarks": drill.remarks})
    return drill


def run_due_acts(*, now: datetime) -> int:
    """Does what the scripts of running drills have due, each act once in a transaction of its own; returns how many."""
    due = DrillAct.objects.filter(done_at__isnull=True, due_at__lte=now, drill__ended_at__isnull=True)
    return sum(_run(act_id, now) for act_id in list(due.order_by("due_at", "number").values_list("pk", flat=True)))


@transaction.atomic
def _run(act_id: UUID, now: datetime) -> bool:
    drill_id = DrillAct.objects.values_list("drill_id", flat=True).get(pk=act_id)
    drill = Drill.objects.select_for_update().get(pk=drill_id)
    row = DrillAct.objects.get(pk=act_id)
    row.drill = drill
    if row.done_at is not None or drill.ended_at is not None:
        return False
    act = read_script(drill.script)[row.number]
    try:
        with transaction.atomic():
            row.case = _do(row, act, now)
    except Refusal as refusal:
        row.refused = str(refusal)[:500]
    row.done_at = now
    row.save()
    return True


def _do(row: DrillAct, act: Act, now: datetime) -> Case | None:
    drill = row.drill
    if isinstance(act, End):
        _end(drill, actor=system_actor(), now=now)
        return None
    book = open_book(drill.region_code, actor=system_actor(), channel=CHANNEL, now=now)
    if isinstance(act, OpenCase):
        return _open_case(book, drill, act)
    case = _case_of(drill, act.case)
    if case.state not in OPEN_STATES:
        raise Conflict(_("The case of this act is over."))
    match act:
        case Say():
            book.note(case, "drill_said", text=act.text, figures={"who": act.who})
        case SetLevel():
            before, case.set_level = case.level, AlarmLevel[act.level.upper()].value
            book.refresh(case)
            book.note(case, "level_set", text=act.text, figures={"from": before, "to": case.level})
            react(book, case)
        case UnitActs():
            _unit_acts(book, case, row, act)
    return case


def _open_case(book: Book, drill: Drill, act: OpenCase) -> Case:
    """As a call or an alarm opens one: nobody has it in hand yet, so that the players' clocks run."""
    case = book.new_case(
        begun_at=book.now,
        origin=Origin.PERSON.value,
        kind=act.kind[:30],
        title=act.title.strip()[:200],
        place=act.place.strip()[:200],
        lon=act.lon,
        lat=act.lat,
        set_level=AlarmLevel[act.level.upper()].value,
        drill=drill,
    )
    book.note(case, "opened_by_hand", text=act.text, figures={"origin": Origin.PERSON.value, "reference": ""})
    book.refresh(case, tell=False)
    record_event(
        CaseOpened(case_id=str(case.pk), number=case.number, alarm_id="", level=case.level, cause=""), region=drill.region_code
    )
    react(book, case)
    return case


def _unit_acts(book: Book, case: Case, row: DrillAct, act: UnitActs) -> None:
    unit = organisation_by_code(act.unit, case.region_code)
    order = running_order(case, unit) if unit is not None else None
    if order is None:
        raise Conflict(_("This body has no order of the case."))
    reason = ReturnReason.NOT_OURS if act.does is OrderAct.RETURN else None
    data = EntryData(text=act.text or str(row.drill), reason=reason)
    entry_id = deterministic_id("drill-act", row.pk)
    enter(book, NewAct(entry_id, order.pk, act.does.value, book.now, data, said_by=str(row.drill)))


def _case_of(drill: Drill, label: str) -> Case:
    """The case that an act of the script with that label opened, or the one it was merged into."""
    acts = read_script(drill.script)
    numbers = [number for number, act in enumerate(acts) if isinstance(act, OpenCase) and act.case == label]
    opened = DrillAct.objects.filter(drill=drill, number__in=numbers, case__isnull=False).select_related("case").first()
    if opened is None or opened.case is None:
        raise Conflict(_("The case of this act was not opened."))
    return Case.objects.select_for_update(of=("self",)).get(pk=root_of(opened.case).pk)


def _end(drill: Drill, *, actor: "User", now: datetime) -> None:
    drill.ended_at = now
    drill.save(update_fields=["ended_at"])
    book = open_book(drill.region_code, actor=actor, channel=CHANNEL, now=now)
    for case in queries.cases_of(drill).filter(state__in=OPEN_STATES):
        close_with_drill(book, case)
    record_audit(actor, "drill.ended", "drill", drill.pk, drill.region_code, {"name": drill.name})
    record_event(DrillEnded(drill_id=str(drill.pk), name=drill.name), region=drill.region_code)


def _locked(actor: "User", drill_id: UUID) -> Drill:
    """Drill.DoesNotExist for one that the actor may not see."""
    drill = queries.visible_drills(actor).get(pk=drill_id)
    require(actor, rights.DRILLS, drill.region_code)
    return Drill.objects.select_for_update().get(pk=drill_id)
