"""Benches: each prints its own figures. To be in BENCHES is the whole registration."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bench:
    """`entry` is module:function, called with a rich Console and whether to be quick; it prints, and raises on wrong results."""

    name: str
    about: str
    entry: str


BENCHES = (
    Bench("detection", "readings to detections, beside a bare Numba loop and plain Python", "tocsin.portal.bench.detection:run"),
    Bench("door", "publishes through the MQTT door into the log", "tocsin.sensing.bench:run"),
    Bench("files", "a Parquet file of readings to detections", "tocsin.portal.bench.files:run"),
)
