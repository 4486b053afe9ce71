"""A case of the judging world in the shape of the first world's cases, so that one writer and one judge read both."""

import math
from typing import Any

import numpy as np

from tocsin.base.geometry import distance_m
from tocsin.engine.columns import Readings
from tocsin.simulation.cases import SimulatedCase
from tocsin.simulation.judging.districts.case import NO_EVENT, JudgingCase, draw_case
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.happening import Truth
from tocsin.simulation.judging.districts.stations import UNITS


def make_judging_case(seed: int, family: str = "clay", cause: str | None = None, *, besides: bool = False) -> SimulatedCase:
    """The case of a seed as it is handed over; arguments and errors as of `draw_case`. Ids and order tell nothing."""
    return written(draw_case(seed, family, cause, besides=besides))


def written(case: JudgingCase) -> SimulatedCase:
    """The files of a case: map, sensors, readings, question and truth."""
    district, draws = case.world.district, Draws(case.world.district.seed, 98)
    assets = len(district.places) + len(district.lines)
    codes = [f"N{20_000 + number}" for number in draws.order(range(assets))]
    features = tuple(draws.order(district.features(codes, draws)))
    rows = draws.order(range(len(case.world.channels)))
    names = tuple(f"c{row + 1:04d}" for row in range(len(rows)))
    parts = [(row, case.sent[number]) for row, number in enumerate(rows)]
    readings = Readings.of(
        np.concatenate([np.full(len(sent.ts), row, np.int32) for row, sent in parts]),
        np.concatenate([sent.ts for _, sent in parts]),
        np.concatenate([sent.value for _, sent in parts]),
    )
    question = {"sensor_id": names[rows.index(case.asked)], "ts": case.ts_ms}
    return SimulatedCase(features, _sensors(case, rows, names, codes), names, readings, question, _truth(case, codes))


def _sensors(case: JudgingCase, rows: list[int], names: tuple[str, ...], codes: list[str]) -> dict[str, list[Any]]:
    channels = [case.world.channels[number] for number in rows]
    places = [case.world.district.places[channel.place] for channel in channels]
    spots = [case.world.district.plane.spot_in_degrees(place.x_m, place.y_m) for place in places]
    return {
        "sensor_id": list(names),
        "asset_id": [codes[channel.place] for channel in channels],
        "quantity": [channel.quantity for channel in channels],
        "unit": [UNITS[channel.quantity] for channel in channels],
        "lon": [round(lon, 6) for lon, _ in spots],
        "lat": [round(lat, 6) for _, lat in spots],
        "interval_s": [channel.interval_s for channel in channels],
        "accuracy": [channel.accuracy for channel in channels],
        "alarm_low": [None if math.isnan(channel.alarm_low) else channel.alarm_low for channel in channels],
        "alarm_high": [None if math.isnan(channel.alarm_high) else channel.alarm_high for channel in channels],
    }


def _truth(case: JudgingCase, codes: list[str]) -> dict[str, Any]:
    ends = {"data_start_ts": case.from_ms, "data_end_ts": case.to_ms}
    if case.happening is None:
        nothing = dict.fromkeys(("asset_id", "lon", "lat", "onset_ts", "distance_m", "owner"))
        return {"cause": NO_EVENT, **nothing, "notes": "ordinary operation", **ends}
    district, truth = case.world.district, case.happening.truth
    asked = district.places[case.world.channels[case.asked].place]
    lon, lat = district.plane.spot_in_degrees(truth.x_m, truth.y_m)
    own_lon, own_lat = district.plane.spot_in_degrees(asked.x_m, asked.y_m)
    notes = truth.notes if case.second is None else f"{truth.notes}; besides, elsewhere: {case.second.truth.cause}"
    given: dict[str, Any] = {
        "cause": truth.cause,
        "asset_id": _code(case, truth, codes),
        "lon": round(lon, 6),
        "lat": round(lat, 6),
        "onset_ts": case.world.climate.axis.start_ms + round(truth.begin_h * 3600) * 1000,
        "distance_m": round(distance_m(own_lon, own_lat, lon, lat), 1),
        "owner": truth.owner,
        "notes": notes,
    }
    alike = [codes[i] for i in truth.like_places] + [codes[len(district.places) + i] for i in truth.like_lines]
    if alike:
        given["equivalent_asset_ids"] = alike
    if case.second is not None:
        given["besides"] = [_other(case, case.second.truth)]
    return {**given, **ends}


def _other(case: JudgingCase, truth: Truth) -> dict[str, Any]:
    """A fault that goes on besides: what, where and since when."""
    lon, lat = case.world.district.plane.spot_in_degrees(truth.x_m, truth.y_m)
    onset_ts = case.world.climate.axis.start_ms + round(truth.begin_h * 3600) * 1000
    return {"cause": truth.cause, "lon": round(lon, 6), "lat": round(lat, 6), "onset_ts": onset_ts}


def _code(case: JudgingCase, truth: Truth, codes: list[str]) -> str:
    if truth.place is not None:
        return codes[truth.place]
    assert truth.line is not None  # noqa: S101 - a fault is at a place or on a line
    return codes[len(case.world.district.places) + truth.line]
