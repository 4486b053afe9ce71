"""The loops over cases, drills, notices and reports. Each may die at any moment."""

from datetime import datetime

from django.utils import timezone

from tocsin.bus.loops.rows import BusLoop, LogLoop, Loop, seconds_until
from tocsin.bus.streams import EVENTS
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.closing import services as closing_services
from tocsin.command.drills.queries import next_act_at
from tocsin.command.drills.services import run_due_acts
from tocsin.command.escalation.services import stages as services_stages
from tocsin.command.gathering.services import placement as services
from tocsin.command.handling.services import demands as supervised
from tocsin.command.quality import services as noisy
from tocsin.command.routing.services import event_log as news
from tocsin.command.routing.services import posts as presence_news
from tocsin.command.services import following
from tocsin.notices.reachability.services import begin_when_due
from tocsin.notices.sending.loops import handing_up, sending_notices


def gather(*, now: datetime) -> int:
    """Alarms without a case whose diagnosis is done or overdue find their case; when all have, orders that are due go out."""
    return services.gather_alarms(now=now, machine_now=timezone.now()) or services.dispatch_due_orders(now=now)


def clock_due() -> float | None:
    """When the next clock of any case fires."""
    return seconds_until(queries.next_clock_at())


def act_due() -> float | None:
    """When the next act of a running drill is due."""
    return seconds_until(next_act_at())


def watch_posts(*, now: datetime) -> None:
    """Tells of posts that nobody has looked at in time, and lists absences found afterwards, from rows."""
    presence_news.tell_overdue_posts(now=now)
    presence_news.list_absences(now=now)


def watch_mended(*, now: datetime) -> None:
    """Watches the readings of mended cases by the closing rule."""
    closing_services.watch_mended_cases(now=now)


def begin_reachability_drill(*, now: datetime) -> None:
    """Begins the monthly reachability drill on its day."""
    begin_when_due(now=now)


GATHER = Loop(
    name="gather-alarms",
    work=gather,
    period_s=1.0,
    wakes_on=("warning.Alarm", "warning.Diagnosis", "warning.DiagnosisTask", "command.Case"),
)
CASE_CLOCKS = Loop(
    name="run-case-clocks", work=services_stages.run_clocks, due=clock_due, period_s=5.0, wakes_on=("command.Clock",)
)
DRILLS = Loop(name="run-drills", work=run_due_acts, due=act_due, period_s=5.0, wakes_on=("command.DrillAct", "command.Drill"))
SEND_NOTICES = BusLoop(
    name="send-notices", opens=sending_notices, period_s=0.5, wakes_on=("command.Sending",), rest_s=0.1
)  # a rest between two exchanges: who waits for SQLite's one lock looks every tenth of a second, and telling comes first
HAND_UP = BusLoop(name="hand-reports-up", opens=handing_up, period_s=1.0, wakes_on=("command.Transmission",))

LOOPS = (
    LogLoop(
        name="follow-alarms", stream=EVENTS, position=services.followed_position, work=following.follow_entries, lease_s=15.0
    ),
    GATHER,
    LogLoop(name="tell-people", stream=EVENTS, position=news.told_position, work=news.tell_entries, lease_s=15.0),
    Loop(name="watch-posts", work=watch_posts, period_s=20.0, by_clock=True),
    Loop(name="list-noisy-rules", work=noisy.list_noisy_rules, period_s=60.0),
    SEND_NOTICES,
    HAND_UP,
    Loop(name="hold-reachability-drill", work=begin_reachability_drill, period_s=60.0),
    CASE_CLOCKS,
    Loop(name="watch-mended-cases", work=watch_mended, period_s=20.0, by_clock=True),
    DRILLS,
    Loop(name="open-demanded-cases", work=supervised.open_demanded_cases, period_s=5.0, wakes_on=("supervision.Episode",)),
)
