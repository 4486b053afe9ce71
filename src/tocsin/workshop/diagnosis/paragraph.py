"""The paragraph of `tocsin diagnose`: the same story as on the console, from a case folder and without a database."""

from zoneinfo import ZoneInfo

import numpy as np

from tocsin.base.geometry import distance_m
from tocsin.base.quantities import QUANTITIES
from tocsin.base.time import datetime_from_ms
from tocsin.engine.diagnosis.model import Diagnosis, Evidence, Hypothesis
from tocsin.warning.causes.policy.causes import shipped_words, tell
from tocsin.warning.diagnosis.shown.paragraph import Step, Story, direction_of, is_gas_open, tell_story
from tocsin.workshop.files.cases import Case


def case_story(case: Case, diagnosis: Diagnosis, language: str, zone: ZoneInfo) -> str:
    """What rings, and in which order to check; times in `zone`."""
    position = case.sensors.position_of(diagnosis.sensor)
    ts, values = case.readings.ts, case.readings.value
    until = np.flatnonzero((case.readings.sensor == diagnosis.sensor) & (ts <= diagnosis.ts_ms))
    value = float(values[until[np.argmax(ts[until])]]) if len(until) else None
    limit = float(case.sensors.alarm_high[position])
    against = [
        (one.cause, one.probability, [item.code for item in one.evidence if not item.supports]) for one in diagnosis.hypotheses
    ]
    story = Story(
        time=f"{datetime_from_ms(diagnosis.ts_ms).astimezone(zone):%H:%M}",
        subject=f"{case.names[diagnosis.sensor]} ({diagnosis.quantity})",
        value=_measured(value, diagnosis.quantity),
        limit=_measured(limit, diagnosis.quantity) if np.isfinite(limit) and value is not None and value >= limit else "",
        steps=[_step(case, position, one, language, zone) for one in diagnosis.hypotheses],
        deciding="",
        deciding_minutes=0,
        gas_open=is_gas_open(diagnosis.quantity, against),
    )
    return tell_story(story, language)


def _step(case: Case, position: int, hypothesis: Hypothesis, language: str, zone: ZoneInfo) -> Step:
    words = shipped_words()
    places = float(case.sensors.lon[position]), float(case.sensors.lat[position]), hypothesis.lon, hypothesis.lat
    is_placed = bool(hypothesis.asset_code) and bool(np.isfinite(places).all())
    kind = case.network.kind[case.network.position[hypothesis.asset_code]] if hypothesis.asset_code else ""
    return Step(
        cause=hypothesis.cause,
        label=words.labels[hypothesis.cause].in_language(language),
        place=f"{words.kinds[kind].in_language(language)} {hypothesis.asset_code}" if kind else "",
        metres=distance_m(*places) if is_placed else None,
        direction=direction_of(*places) if is_placed else "",
        owner=words.owners[hypothesis.owner].in_language(language) if hypothesis.owner in words.owners else hypothesis.owner,
        probability=hypothesis.probability,
        support=_sentence(case, [item for item in hypothesis.evidence if item.supports], language, zone),
        objection=_sentence(case, [item for item in hypothesis.evidence if not item.supports], language, zone),
    )


def _sentence(case: Case, evidence: list[Evidence], language: str, zone: ZoneInfo) -> str:
    for item in evidence:
        if not item.code.startswith("symptom."):
            return tell(item, "" if item.sensor is None else case.names[item.sensor], language, zone)
    return ""


def _measured(value: float | None, quantity: str) -> str:
    if value is None:
        return "–"
    unit = QUANTITIES[quantity].unit if quantity in QUANTITIES else ""
    return f"{value:.3g} {'%LEL' if unit == 'pct_lel' else unit}".rstrip()
