"""The tasks and points of the made-up firms in the days before the story, by the services that pages and night runs call."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.base.time import datetime_from_ms
from tocsin.workshop.demo.firms.cast import CAUGHT, Cast

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User

POINTS_DAYS = 10  # enough for a colour that was reached and kept
CARELESS = ("F002", "F006", "F011")  # firms that enter none of their own checks
CHECKED_AFTER = timedelta(days=1, hours=10)  # from the beginning of a task until its firm enters that it is done


def settle_points(cast: Cast) -> int:
    """Makes, ticks off and ends the tasks of these days and gives their points, a day after the other; returns how many rows."""
    from tocsin.supervision.objects.queries.days import moment_of
    from tocsin.supervision.points.services.night import assign_points
    from tocsin.supervision.tasks.services.assignment import make_tasks, run_task_clocks
    from tocsin.supervision.tasks.services.matching import match_tasks

    now = datetime_from_ms(cast.begin_ms)
    today = timezone.localdate(now)
    days = [today - timedelta(days=back) for back in range(POINTS_DAYS, 0, -1)]
    earlier = today.replace(day=1) - timedelta(days=7)  # what was due at the end of the month before counts, too
    for day in sorted({earlier, *days, today}):
        while make_tasks(now=moment_of(day, 60)):
            continue
    for firm in cast.rows("firms"):
        if firm["firm_id"] not in CARELESS:
            _enter_checks(_officer(cast, firm["firm_id"]), now)
    scored = 0
    for day in days:
        night = moment_of(day, 1439)
        match_tasks(now=night)
        run_task_clocks(now=night)
        scored += assign_points(day=day, now=moment_of(day + timedelta(days=1), 30))
    match_tasks(now=now)
    run_task_clocks(now=now)
    _settle_consequences(now)
    return scored


def _settle_consequences(now: datetime) -> None:
    """What the colours of these days asked of the authority was done in time: nobody begins the story with overdue clocks."""
    from django.db import transaction

    from tocsin.jurisdiction.people.queries import person_by_username
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.supervision.points.models import Consequence
    from tocsin.supervision.points.services.consequences import close_row

    actor = person_by_username("supervisor") or system_actor()
    with transaction.atomic():
        for row in Consequence.objects.select_related("object").filter(done_at=None, due_at__lt=now):
            close_row(row, actor=actor, words="已按要求落实（演示）", now=row.due_at or now)


def _enter_checks(officer: "User", now: datetime) -> None:
    """What the firm's own people did and entered: its own checks that were due soon after they began."""
    from tocsin.base.ids import new_id
    from tocsin.fieldwork.rules import NewAct
    from tocsin.supervision.tasks.queries.tasks import visible_tasks
    from tocsin.supervision.tasks.rules.acts import TaskAct, TaskData
    from tocsin.supervision.tasks.rules.planning import MetBy
    from tocsin.supervision.tasks.services.acts import enter_task

    own = visible_tasks(officer).filter(met_by=MetBy.ENTRY.value, opens_at__lt=now - CHECKED_AFTER)
    for task in own.filter(done_at=None, due_at__lt=now + timedelta(days=7)):
        enter_task(actor=officer, act=NewAct(new_id(), task.pk, TaskAct.DONE.value, task.opens_at + CHECKED_AFTER, TaskData()))


def _officer(cast: Cast, firm: str) -> "User":
    """Who answers for this firm: an account of the demonstration that only the caught firm's password is told for."""
    from tocsin.jurisdiction.bodies.queries import organisation_by_code
    from tocsin.jurisdiction.people.queries import person_by_username
    from tocsin.jurisdiction.people.services.accounts import create_person
    from tocsin.jurisdiction.people.services.grants import grant_role
    from tocsin.jurisdiction.people.services.system import system_actor

    if firm == CAUGHT:
        known = person_by_username("firm")
        assert known is not None  # noqa: S101 - entered with the firms
        return known
    organisation = organisation_by_code(f"firm-{firm.lower()}", cast.region_code)
    assert organisation is not None  # noqa: S101 - registered with the firms
    user, _password = create_person(
        actor=system_actor(), username=f"firm-{firm.lower()}", name="企业安全员（演示）", organisation_id=organisation.pk
    )
    grant_role(actor=system_actor(), user=user, role="firm_officer", region_code=cast.region_code)
    return user
