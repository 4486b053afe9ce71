"""Events become runs: the fast pass equals a slow twin that looks at all events at once, however they are cut into batches."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.sightings.places import lies_in, middle
from tocsin.engine.sightings.runs import Run, RunRule, advance, runs_of

RULES = st.builds(
    RunRule,
    least_score=st.sampled_from([0.5, 0.7]),
    keep_score=st.sampled_from([0.3, 0.5]),
    needed=st.integers(1, 4),
    within_ms=st.integers(0, 20),
    dwell_ms=st.integers(0, 15),
    clear_ms=st.integers(1, 12),
)
EVENTS = st.lists(st.tuples(st.integers(0, 8), st.sampled_from([0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9])), max_size=40)


def at_times(steps: list[tuple[int, float]]) -> list[tuple[int, float]]:
    found, at = [], 0
    for step, score in steps:
        at += step
        found.append((at, score))
    return found


def slow(events: list[tuple[int, float]], rule: RunRule) -> list[tuple[int, int, int, int | None, float]]:
    """By the definition: runs are cut where the calm is long; a run is raised at its first strong event with enough before it."""
    counted = [one for one in events if one[1] >= rule.keep_score]
    cuts = [at for at in range(1, len(counted)) if counted[at][0] - counted[at - 1][0] > rule.clear_ms]
    parts = [counted[a:b] for a, b in zip([0, *cuts], [*cuts, len(counted)], strict=True)] if counted else []
    told = []
    for part in parts:
        raised = None
        strong = [at for at, score in part if score >= rule.least_score]
        for position, at in enumerate(strong):
            before = strong[max(0, position + 1 - rule.needed) : position + 1]
            if len(before) == rule.needed and at - before[0] <= rule.within_ms and at - part[0][0] >= rule.dwell_ms:
                raised = at
                break
        told.append((part[0][0], part[-1][0], len(part), raised, max(score for _at, score in part)))
    return told


def told(run: Run) -> tuple[int, int, int, int | None, float]:
    return run.first_ms, run.last_ms, run.count, run.raised_ms, run.best_score


@given(EVENTS, RULES)
def test_the_pass_equals_its_slow_twin(steps: list[tuple[int, float]], rule: RunRule) -> None:
    events = at_times(steps)
    assert [told(one) for one in runs_of(events, rule)] == slow(events, rule)


@given(EVENTS, RULES, st.integers(0, 40))
def test_what_was_carried_over_is_enough(steps: list[tuple[int, float]], rule: RunRule, cut: int) -> None:
    events = at_times(steps)
    run: Run | None = None
    for part in (events[:cut], events[cut:]):
        for at, score in part:
            run, _step = advance(run, at, score, rule)
    whole = runs_of(events, rule)
    assert run == (whole[-1] if whole else None)


SQUARE = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_square_holds_what_lies_between_its_sides(x: float, y: float) -> None:
    assert lies_in((x, y), SQUARE) == (0.25 <= x < 0.75 and 0.25 <= y < 0.75)


def test_a_zone_may_be_hollow_at_one_side() -> None:
    bay = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.6, 1.0), (0.6, 0.4), (0.4, 0.4), (0.4, 1.0), (0.0, 1.0)]
    assert lies_in(middle((0.1, 0.5, 0.2, 0.2)), bay)
    assert not lies_in(middle((0.45, 0.7, 0.1, 0.1)), bay)
