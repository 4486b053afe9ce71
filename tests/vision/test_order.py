"""The same events in any order within the lateness give the same runs, however often somebody looks."""

from hypothesis import given
from hypothesis import strategies as st

from tests.vision.test_runs import RULES
from tocsin.engine.sightings.order import ripe
from tocsin.engine.sightings.runs import Run, RunRule, Step, advance, runs_of

LATENESS = 6
EVENT = st.tuples(st.integers(0, 8), st.sampled_from([0.2, 0.4, 0.6, 0.7, 0.9]), st.integers(0, LATENESS))
"""Milliseconds after the event before it, score, and how long it was on its way."""


def judged_by_looks(events: list[tuple[int, float, int]], every: int, rule: RunRule) -> list[Run]:
    """As the loop does: what has arrived waits, what is ripe is judged, at each look."""
    waiting: list[tuple[int, float, int]] = []
    found: list[Run] = []
    run: Run | None = None
    coming = sorted(events, key=lambda one: one[2])
    last = max((one[2] for one in events), default=0) + LATENESS + every
    for now in range(0, last + 1, every):
        waiting += [one for one in coming if now - every < one[2] <= now]
        chosen = ripe(waiting, at=lambda one: one[0], received=lambda one: one[2], now=now, lateness=LATENESS)
        waiting = [one for one in waiting if one not in chosen]
        for at, score, _received in chosen:
            after, step = advance(run, at, score, rule)
            assert step is not Step.LATE
            if step is Step.WEAK or after is None:
                continue
            if run is None or after.count == 1:
                found.append(after)
            found[-1] = run = after
    assert not waiting
    return found


@given(st.lists(EVENT, max_size=25), RULES, st.integers(1, 5))
def test_runs_do_not_depend_on_the_way(steps: list[tuple[int, float, int]], rule: RunRule, every: int) -> None:
    events, at = [], 0
    for step, score, delay in steps:
        at += step + 1  # two at the same moment have no order
        events.append((at, score, at + delay))
    assert judged_by_looks(events, every, rule) == runs_of([(at, score) for at, score, _received in events], rule)
