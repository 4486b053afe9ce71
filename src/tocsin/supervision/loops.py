"""The loops over firms, posts, tasks and points: judged by the clock, without any message. Each may die at any moment."""

from datetime import datetime

from tocsin.bus.loops.rows import BusLoop, Loop
from tocsin.supervision.evidence.services import forget_old_evidence
from tocsin.supervision.hearing import hearing_platforms, warn_of_wrong_tables
from tocsin.supervision.inspections.services.gaming import look_for_gaming
from tocsin.supervision.inspections.services.tasks import match_tasks
from tocsin.supervision.platforms.services.connectors import run_connectors
from tocsin.supervision.points.services.night import assign_due_points
from tocsin.supervision.points.services.trial import work_on_next_trial
from tocsin.supervision.posts.services.calls import run_calls
from tocsin.supervision.posts.services.judging import judge_due_duty
from tocsin.supervision.posts.services.signs import forget_old_signs
from tocsin.supervision.tasks.services.assignment import make_tasks, run_task_clocks
from tocsin.supervision.work.services.electrical import watch_dangers
from tocsin.supervision.work.services.episodes import run_episode_clocks
from tocsin.supervision.work.services.judging import judge_due_firms

TIDY_S = 3600.0


def keep_tasks(*, now: datetime) -> bool:
    """Makes tasks, part by part; when all are made, matches and ends them. Each step may be done again without any effect."""
    if make_tasks(now=now):
        return True
    match_tasks(now=now)
    run_task_clocks(now=now)
    look_for_gaming(now=now)
    return False


def keep_trials(*, now: datetime) -> bool:
    """Tries a draft of the points policy on history, stretch after stretch; trials are due by the machine's clock."""
    return work_on_next_trial()


def ask_platforms(*, now: datetime) -> None:
    """Asks the platforms that are joined by HTTP or folder; each wrong table is told once."""
    warn_of_wrong_tables()
    run_connectors(now=now)


LOOPS = (
    Loop(name="keep-tasks", work=keep_tasks, period_s=300.0, by_clock=True),
    Loop(name="assign-points", work=assign_due_points, period_s=30.0, by_clock=True),
    Loop(name="try-points-policy", work=keep_trials, period_s=15.0, wakes_on=("supervision.PolicyTrial",)),
    Loop(name="judge-work", work=judge_due_firms, period_s=5.0),
    Loop(name="run-episode-clocks", work=run_episode_clocks, period_s=5.0),
    Loop(name="ask-platforms", work=ask_platforms, period_s=2.0),
    BusLoop(name="hear-platforms", opens=hearing_platforms, period_s=2.0, lease_s=15.0),
    Loop(name="forget-evidence", work=forget_old_evidence, period_s=TIDY_S),
    Loop(name="watch-electrical", work=watch_dangers, period_s=5.0),
    Loop(name="judge-posts", work=judge_due_duty, period_s=5.0),
    Loop(name="run-roll-calls", work=run_calls, period_s=1.0),
    Loop(name="forget-signs", work=forget_old_signs, period_s=TIDY_S),
)
