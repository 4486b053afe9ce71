"""The loops over firms: judged by the clock, without any message. Each may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.supervision.work.services.episodes import run_episode_clocks
from tocsin.supervision.work.services.judging import judge_due_firms

LOOPS = (
    Loop(name="judge-work", work=judge_due_firms, period_s=5.0),
    Loop(name="run-episode-clocks", work=run_episode_clocks, period_s=5.0),
)
