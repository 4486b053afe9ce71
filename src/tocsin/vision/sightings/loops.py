"""The loops that judge events, end sightings, let verdicts count, look for faces, forget what is old. They may die anytime."""

from tocsin.bus.loops.rows import Loop, seconds_until
from tocsin.vision.sightings.queries import next_ripe
from tocsin.vision.sightings.services.blurring import look_at_crops
from tocsin.vision.sightings.services.judging import end_sightings, forget_events, judge_events, settle_sightings

SHORTEST_S = 1.0  # between two looks at events that wait for late ones


def events_due() -> float | None:
    """In how many seconds the next event has waited long enough; None where none waits."""
    until = seconds_until(next_ripe())
    return None if until is None else max(until, SHORTEST_S)


LOOPS = (
    Loop(name="judge-recognitions", work=judge_events, due=events_due, period_s=5.0, wakes_on=("vision.Recognition",)),
    Loop(name="end-sightings", work=end_sightings, period_s=30.0),
    Loop(name="settle-sightings", work=settle_sightings, period_s=5.0, wakes_on=("vision.Sighting",)),
    Loop(name="look-at-crops", work=look_at_crops, period_s=10.0, wakes_on=("vision.Sighting",), rest_s=2.0, lease_s=300.0),
    Loop(name="forget-recognitions", work=forget_events, period_s=3600.0, by_clock=True, lease_s=300.0),
)
