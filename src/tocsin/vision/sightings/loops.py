"""The loops that judge events, end sightings, let verdicts count and forget what is old. They may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.vision.sightings.services.judging import end_sightings, forget_events, judge_events, settle_sightings

LOOPS = (
    Loop(name="judge-recognitions", work=judge_events, period_s=2.0, wakes_on=("vision.Recognition",)),
    Loop(name="end-sightings", work=end_sightings, period_s=30.0),
    Loop(name="settle-sightings", work=settle_sightings, period_s=5.0, wakes_on=("vision.Sighting",)),
    Loop(name="forget-recognitions", work=forget_events, period_s=3600.0, by_clock=True, lease_s=300.0),
)
