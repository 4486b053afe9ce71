"""Detection on a Parquet file with int32 sensors and the five classic rules, as `tocsin detect` does it."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from tocsin.warning.detection.policy import Profiles
from tocsin.workshop.bench.workload import CLASSIC, rounds
from tocsin.workshop.detection.readings import FileDetection

SENSORS = 100_000
ROUNDS = 200


def run(console: Console, quick: bool) -> None:
    """Prints rows per second, from the opened file to the last detection, with the kernel compiled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.parquet"
        _write(path, ROUNDS // 4 if quick else ROUNDS)
        profiles = Profiles({CLASSIC.name: CLASSIC})
        detections, seconds = 0, float("inf")
        for _ in range(2):  # the first one finds the file and the kernel cold
            detection = FileDetection(path, profiles, CLASSIC.name)
            detections = sum(len(found) for found in detection.run())
            seconds = min(seconds, detection.progress.seconds)
        rows, size = detection.progress.rows, path.stat().st_size
    console.print(
        f"[bold]Parquet[/bold]: {rows:,} readings ({size / 2**20:.0f} MiB) in {seconds:.2f} s, "
        f"{rows / seconds / 1e6:.1f} million/s, {detections:,} detections."
    )


def _write(path: Path, count: int) -> None:
    fields: list[tuple[str, pa.DataType]] = [("sensor", pa.int32()), ("ts", pa.int64()), ("value", pa.float64())]
    with pq.ParquetWriter(path, pa.schema(fields)) as writer:
        for batch in rounds(SENSORS, SENSORS * count):
            writer.write_table(pa.table({"sensor": batch.sensor, "ts": batch.ts, "value": batch.value}))
