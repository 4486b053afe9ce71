"""Observations of SensorThings as devices post them: whose they are, when, what. Pure: no clock, no registry, no sockets.

    POST /sensorthings/v1.1/Datastreams(17)/Observations   {"phenomenonTime": "2026-11-29T08:00:00+08:00", "result": 12.5}

A result is in the unit that its Datastream tells, the canonical one, whatever unit the device uses elsewhere.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.base.time import ms_from_datetime
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.payload import Channels, Columns, add_measured
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.history.rules import reading_key
from tocsin.sensing.quarantine.rules import Reason

ROOT: Final = "/sensorthings/v1.1"
EXAMPLE: Final = '{"phenomenonTime": "2026-11-29T08:00:00Z", "result": 12.5}'
MOST: Final = 5000  # observations of one body
_ADDRESS: Final = re.compile(rf"{re.escape(ROOT)}/(?:Datastreams\('?(?P<stream>\d{{1,9}})'?\)/)?Observations")
_TOGETHER: Final = f"{ROOT}/CreateObservations"
_QUALITIES: Final = {one.name.lower(): one for one in Quality}
_KNOWN: Final = frozenset({"phenomenonTime", "resultTime", "result", "resultQuality", "Datastream", "FeatureOfInterest"})
_COMPONENTS: Final = _KNOWN - {"Datastream"}


@dataclass(frozen=True)
class Posted:
    """To which address it was posted: one Datastream's, all Datastreams' (None), or many Observations `together`."""

    stream: int | None = None
    together: bool = False


@dataclass(frozen=True)
class Observed:
    """One Observation. `ts_ms` None: now."""

    stream: int
    ts_ms: int | None
    result: float
    quality: Quality


def posted_to(path: str) -> Posted | None:
    """What is posted to that address; None where nothing is.

    >>> posted_to("/sensorthings/v1.1/Datastreams(17)/Observations")
    Posted(stream=17, together=False)
    """
    if path.rstrip("/") == _TOGETHER:
        return Posted(together=True)
    match = _ADDRESS.fullmatch(path.rstrip("/"))
    return None if match is None else Posted(None if match["stream"] is None else int(match["stream"]))


def read_posted(body: bytes, posted: Posted) -> list[Observed | Fault]:
    """What the body holds, one after the other; one fault where it can't be read at all."""
    sample = body[:SAMPLE_BYTES].decode("utf-8", "replace")
    try:
        document = read_json(body)
        if posted.together:
            return _many(document)
        return [_observed(document, posted.stream)]
    except InvalidInput as error:
        return [Fault(Reason.UNREADABLE, error, sample)]


def _many(document: Any) -> list[Observed | Fault]:
    """The extension for arrays of data: a list of Datastreams, each with components and rows of values."""
    if not isinstance(document, list):
        raise InvalidInput("expected a list of objects with Datastream, components and dataArray")
    found: list[Observed | Fault] = []
    for block in document:
        if not isinstance(block, dict) or not isinstance(block.get("dataArray"), list):
            raise InvalidInput("expected a list of objects with Datastream, components and dataArray")
        components = block.get("components")
        if not isinstance(components, list) or not all(isinstance(one, str) for one in components):
            raise InvalidInput("components is a list of names, such as phenomenonTime and result")
        if len(found) + len(block["dataArray"]) > MOST:
            raise InvalidInput("more than %(most)d Observations in one body; send them in parts", most=MOST)
        found += [_of_row(block, [_component(one) for one in components], row) for row in block["dataArray"]]
    return found


def _component(name: str) -> str:
    """Components may be spelt as addresses are: `FeatureOfInterest/id`."""
    return "FeatureOfInterest" if name.startswith("FeatureOfInterest/") else name


def _of_row(block: Mapping[str, Any], components: list[str], row: Any) -> Observed | Fault:
    try:
        if not isinstance(row, list) or len(row) != len(components):
            raise InvalidInput("a row of dataArray has one value for each of the components")
        values = dict(zip(components, row, strict=True))
        feature = values.pop("FeatureOfInterest", None)
        document = values | {"Datastream": block.get("Datastream")}
        return _observed(document if feature is None else document | {"FeatureOfInterest": {"@iot.id": feature}}, None)
    except InvalidInput as error:
        return Fault(Reason.VALUE_UNREADABLE, error, str(row)[:SAMPLE_BYTES])


def _observed(document: Any, stream: int | None) -> Observed:
    if not isinstance(document, dict):
        raise InvalidInput("expected one object, such as %(example)s", example=EXAMPLE)
    strange = sorted(set(document) - _KNOWN)
    if strange:
        raise InvalidInput(
            "“%(given)s” is not kept; an Observation has %(known)s", given=strange[0][:40], known=", ".join(sorted(_KNOWN))
        )
    named = _linked(document, "Datastream")
    if named is not None and stream is not None and named != stream:
        raise InvalidInput("the address names Datastream %(one)d, the body %(other)d", one=stream, other=named)
    wanted = named if stream is None else stream
    if wanted is None:
        raise InvalidInput("name the Datastream, as in %(example)s", example='{"Datastream": {"@iot.id": 17}}')
    if _linked(document, "FeatureOfInterest") not in (None, wanted):
        raise InvalidInput("the feature of an Observation is its sensor's place: leave FeatureOfInterest out")
    if "result" not in document:
        raise InvalidInput("an Observation has a result, a number or null")
    ts_ms = _moment(document.get("phenomenonTime"), "phenomenonTime")
    _moment(document.get("resultTime"), "resultTime")
    return Observed(wanted, ts_ms, _number(document["result"]), _quality(document.get("resultQuality")))


def _linked(document: Mapping[str, Any], link: str) -> int | None:
    """The id of an entity that stands already."""
    target = document.get(link)
    if target is None:
        return None
    key = target.get("@iot.id") if isinstance(target, dict) and set(target) == {"@iot.id"} else None
    if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 10:
        key = int(key)
    if not isinstance(key, int) or isinstance(key, bool):
        raise InvalidInput(
            "%(link)s is named by its id alone, as in %(example)s; it is not made here", link=link, example='{"@iot.id": 17}'
        )
    return key


def _number(value: Any) -> float:
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput("the result is “%(given)s”; it must be a number or null", given=str(value)[:40])
    try:
        return float(value)
    except OverflowError:
        return math.nan


def _quality(value: Any) -> Quality:
    if value is None:
        return Quality.GOOD
    found = _QUALITIES.get(value) if isinstance(value, str) else None
    if found is None:
        raise InvalidInput("resultQuality is one of %(known)s", known=", ".join(_QUALITIES))
    return found


def _moment(value: Any, name: str) -> int | None:
    if value is None:
        return None
    try:
        return ms_from_datetime(datetime.fromisoformat(value))
    except (TypeError, ValueError, OverflowError):
        raise InvalidInput(
            "%(name)s is “%(given)s”; it must be one time with its zone, such as 2026-11-29T08:00:00+08:00",
            name=name,
            given=str(value)[:40],
        ) from None


def add_observed(observed: Observed, channels: Channels, times: Times, columns: Columns) -> str | Fault:
    """Adds one to the columns: the id that it will have, or why it is set aside."""
    ts_ms = times.now_ms if observed.ts_ms is None else observed.ts_ms
    name = next((name for name, channel in channels.known.items() if channel[0] == observed.stream), "")
    if not name:
        why = InvalidInput(
            "Datastream %(stream)d is none of device %(device)s, or is disabled", stream=observed.stream, device=channels.code
        )
        return Fault(Reason.UNKNOWN_CHANNEL, why, f"Datastream {observed.stream}: {observed.result}"[:SAMPLE_BYTES])
    one = Channels({name: (observed.stream, None, channels.known[name][2])}, channels.code)
    faults: list[Fault] = []
    add_measured(ts_ms, name, observed.result, observed.quality, one, times, columns, faults)
    return faults[0] if faults else reading_key(observed.stream, ts_ms)
