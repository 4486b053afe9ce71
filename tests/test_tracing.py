"""Spans: nothing is loaded or done where nobody is told; places travel unharmed; loops that found nothing say nothing."""

import subprocess
import sys
from collections.abc import Iterator

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.otlp import Collector, collector
from tocsin.base import tracing
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.ids import new_id
from tocsin.bus.envelope import (
    BYTES_PER_READING,
    Event,
    decode_event,
    decode_readings,
    encode_event,
    encode_readings,
    trace_of_batch,
)
from tocsin.engine.columns import Readings
from tocsin.portal.configuration import Configuration
from tocsin.portal.telemetry import set_up_tracing
from tocsin.warning.alarms.events import Detection
from tocsin.warning.detection.loops.spans import below_batches

PLACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-0af7651916cd43dd8448eb211c80319d-b7ad6b7169203332-01"


def readings(*rows: tuple[int, int]) -> Readings:
    """(sensor, ts) each."""
    sensor, ts = (np.array(column) for column in zip(*rows, strict=True))
    return Readings.of(sensor=sensor, ts=ts, value=np.ones(len(rows)))


def test_where_nobody_is_told_nothing_is_loaded() -> None:
    program = (
        "import sys, django; django.setup()\n"
        "import tocsin.portal.asgi, tocsin.portal.worker\n"
        "from tocsin.base.tracing import here, is_on, span\n"
        "assert span('a') is span('b', parent='x', some=1) and not is_on() and not here()\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(Unavailable, match=r"pip install 'tocsin\[otel\]'"):
        set_up_tracing("door", "http://127.0.0.1:4318")
    assert not tracing.is_on()


@pytest.mark.parametrize("address", ["4318", "ftp://collector", "https://name:secret@collector", "http://"])
def test_an_address_that_is_none_is_refused_without_telling_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_TRACES", address)
    with pytest.raises(ValueError, match="TOCSIN_TRACES must be an address") as refused:
        Configuration.from_environment()
    assert "secret" not in str(refused.value)


@given(rows=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 2**40)), min_size=1), place=st.sampled_from(["", PLACE]))
def test_a_batch_carries_its_place(rows: list[tuple[int, int]], place: str) -> None:
    """Without one it is the batch that it always was."""
    batch = readings(*rows)
    payload = encode_readings(batch, place)
    assert trace_of_batch(payload) == place
    assert len(payload) == 8 + len(rows) * BYTES_PER_READING + len(place)
    assert decode_readings(payload).ts.tolist() == batch.ts.tolist()
    with pytest.raises(InvalidInput):
        decode_readings(payload[:-1])


def test_an_event_carries_its_place_or_none() -> None:
    event = Event(id="1", at="2026-01-05T00:00:00Z", name="warning.AlarmRaised", version=1, region="370213", data={})
    assert b"trace" not in encode_event(event)
    assert decode_event(encode_event(event.below(PLACE))).trace == PLACE


class Told:
    """Spans of this process, with a collector of its own."""

    def __init__(self, found: Collector) -> None:
        self._found = found

    def names(self) -> list[str]:
        tracing.end_tracing()
        return sorted(one.name for one in self._found.spans.values())


@pytest.fixture
def told() -> Iterator[Told]:
    with collector() as found:
        set_up_tracing("test", found.url)
        try:
            yield Told(found)
        finally:
            tracing.end_tracing()
            tracing.install(None)


def test_what_found_nothing_says_nothing(told: Told) -> None:
    with tracing.span("loop run", quiet=True, loop="idle"):
        pass
    with tracing.span("loop run", quiet=True, loop="busy"), tracing.span("diagnosis"):
        pass
    with pytest.raises(ZeroDivisionError), tracing.span("loop run", quiet=True, loop="failing"):
        raise ZeroDivisionError
    assert told.names() == ["diagnosis", "loop run", "loop run"]


def test_a_detection_goes_on_from_the_batch_of_its_reading(told: Told) -> None:
    """Of what time alone decides: from the newest batch of the sensor, or from none."""
    batches = [(readings((1, 10), (2, 10)), PLACE), (readings((1, 20)), OTHER), (readings((3, 10)), "")]
    cases = {(1, 10): PLACE, (1, 20): OTHER, (1, 99): OTHER, (2, 10): PLACE, (3, 10): "", (9, 10): ""}
    for (sensor, ts), place in cases.items():
        one = Detection(id=new_id(), sensor=sensor, rule="high", edge="raise", level=3, ts=ts, value=1.0, limit=0.5)
        (found,) = below_batches([one], batches)
        assert isinstance(found.trace, str)
        assert (found.trace[3:35] == place[3:35]) is bool(place), (sensor, ts)
        assert decode_json(msgspec.json.encode(found), Detection) == found


def test_detections_stay_as_they_are_where_nobody_is_told() -> None:
    one = Detection(id=new_id(), sensor=1, rule="high", edge="raise", level=3, ts=10, value=1.0, limit=0.5)
    assert list(below_batches([one], [(readings((1, 10)), PLACE)])) == [one]
    assert b"trace" not in msgspec.json.encode(one)
