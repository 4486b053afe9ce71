"""Detection over the history on a real Spark: all at once, and as the history grows, through a restart (`make spark`)."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.workshop.test_shards import SENSORS, batches, same
from tocsin.engine.detection.detections import Detections
from tocsin.sensing.history.queries.table import History
from tocsin.workshop.bench.workload import EVERYTHING
from tocsin.workshop.commands.spark import spark
from tocsin.workshop.spark.shards import Rules, detect_here

pytest.importorskip("pyspark", reason="pyspark is not installed: uv sync --extra spark")
if shutil.which("java") is None:
    pytest.skip("there is no Java", allow_module_level=True)

from tocsin.workshop.spark.batch import detect
from tocsin.workshop.spark.session import open_session
from tocsin.workshop.spark.stream import catch_up, kept_detections

RULES = Rules.of_one(EVERYTHING, SENSORS)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    one = open_session("local[2]")
    yield one
    one.stop()


def test_all_at_once_is_what_one_process_detects(session: Any, tmp_path: Path) -> None:
    folder = tmp_path / "history"
    history = History(folder, keep_days=3650)
    for position, one in enumerate(batches(), start=1):
        history.append(one, version=position)
    alone = detect_here(folder, RULES)
    assert len(alone) > 10
    assert same(detect(session, folder, RULES, width=15), alone)
    history.compact()
    assert same(detect(session, folder, RULES, width=7), alone)


def test_a_stream_tells_each_detection_once_through_restarts(session: Any, tmp_path: Path, monkeypatch: Any) -> None:
    folder, place = tmp_path / "history", tmp_path / "stream"
    history = History(folder, keep_days=3650)
    told = batches()
    for position in range(1, 31):
        history.append(told[position - 1], version=position)
    catch_up(session, folder, place, RULES, width=15)
    first = kept_detections(place)
    for position in range(31, 61):
        history.append(told[position - 1], version=position)
    with monkeypatch.context() as broken, pytest.raises(Exception, match="the disk is full"):
        broken.setattr("tocsin.workshop.spark.stream.write_deltalake", refuse)
        catch_up(session, folder, place, RULES, width=15)
    assert same(kept_detections(place), first), "states were written, detections not: the batch is done again"
    history.compact()
    catch_up(session, folder, place, RULES, width=15)
    for position in range(61, len(told) + 1):
        history.append(told[position - 1], version=position)
    catch_up(session, folder, place, RULES, width=15)
    assert same(kept_detections(place), expected(told, [30, 60, len(told)], folder))
    catch_up(session, folder, place, RULES, width=15)
    assert len(kept_detections(place)) == len(expected(told, [30, 60, len(told)], folder))


def refuse(*_given: Any, **_named: Any) -> None:
    raise OSError("the disk is full")


def expected(told: list[Any], ends: list[int], folder: Path) -> Detections:
    """One detector over the same batches."""
    import numpy as np

    from tocsin.engine.detection.detector import Detector
    from tocsin.workshop.spark.growth import GRACE_MS
    from tocsin.workshop.spark.shards import sorted_detections

    detector = Detector([EVERYTHING], np.zeros(SENSORS, np.int16))
    found, begin, newest = [], 0, 0
    for end in ends:
        for one in told[begin:end]:
            found.append(detector.update(one.take(np.lexsort((one.sensor, one.ts)))))
            newest = max(newest, int(one.ts.max()))
        found.append(detector.tick(newest - GRACE_MS))
        begin = end
    return sorted_detections(found)


def test_the_command_writes_what_it_detects(tmp_path: Path) -> None:
    folder, out = tmp_path / "history", tmp_path / "found.parquet"
    history = History(folder, keep_days=3650)
    for position, one in enumerate(batches(), start=1):
        history.append(one, version=position)
    done = CliRunner().invoke(
        spark, ["detect", "--history", str(folder), "--profile", "default", "--master", "local[1]", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert f"of {SENSORS} sensors" in done.output
    assert out.exists()
