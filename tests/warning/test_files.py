"""`tocsin detect`: the same detections from every format, and errors that say what is wrong with which file."""

import json
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from tocsin.base.errors import InvalidInput
from tocsin.warning.detection.policy import load_profiles
from tocsin.workshop.commands.detect import detect
from tocsin.workshop.detection.readings import FileDetection

START = 1_764_547_200_000
VALUES = [3.0, 25.0, 26.0, 60.0, 3.0, 3.0, 3.0]
EDGES = ["high.raise", "high.escalate", "rate_of_rise.raise", "rate_of_rise.clear", "high.clear"]


def frame(sensor: object = 7, **more: object) -> pl.DataFrame:
    ts = [START + 60_000 * k for k in range(len(VALUES))]
    return pl.DataFrame({"sensor": [sensor] * len(VALUES), "ts": ts, "value": VALUES, **more})


def write(table: pl.DataFrame, path: Path) -> Path:
    {".parquet": table.write_parquet, ".csv": table.write_csv, ".ndjson": table.write_ndjson}[path.suffix](path)
    return path


def run(path: Path, *options: str) -> Result:
    return CliRunner().invoke(detect, [str(path), "--profile", "methane", *options])


def rows_of(result: Result) -> list[dict[str, object]]:
    assert result.exception is None, result.exception
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".ndjson"])
@pytest.mark.parametrize("sensor", [7, "M-0007"])
def test_every_format_gives_the_same(suffix: str, sensor: object, tmp_path: Path) -> None:
    rows = rows_of(run(write(frame(sensor), tmp_path / f"readings{suffix}")))
    assert [row["code"] for row in rows] == EDGES
    assert {row["sensor"] for row in rows} == {sensor}
    assert rows[0]["level"] == "yellow"
    assert rows[0]["at"] == "2025-12-01T00:02:00.000Z"


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".ndjson"])
def test_times_may_be_iso_texts(suffix: str, tmp_path: Path) -> None:
    times = pl.from_epoch("ts", time_unit="ms").dt.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00")
    rows = rows_of(run(write(frame().with_columns(times), tmp_path / f"readings{suffix}")))
    assert [row["code"] for row in rows] == EDGES
    assert rows[0]["ts"] == START + 120_000


def test_the_column_quantity_chooses_the_profile(tmp_path: Path) -> None:
    table = pl.concat([frame(1, quantity="methane"), frame(2, quantity="temperature")])
    result = CliRunner().invoke(detect, [str(write(table, tmp_path / "readings.csv"))])
    assert {row["sensor"] for row in rows_of(result) if row["edge"] == "escalate"} == {1}


def test_quality_by_word_or_number(tmp_path: Path) -> None:
    for bad in ("bad", 2):
        good = "good" if isinstance(bad, str) else 0
        table = frame().with_columns(quality=pl.Series([good] * 3 + [bad] + [good] * 3))
        rows = rows_of(run(write(table, tmp_path / "readings.csv")))
        assert "high.escalate" not in [row["code"] for row in rows]


def test_large_integers_are_names(tmp_path: Path) -> None:
    assert {row["sensor"] for row in rows_of(run(write(frame(1_700_000_001), tmp_path / "r.parquet")))} == {1_700_000_001}


def test_out_goes_to_parquet_or_ndjson(tmp_path: Path) -> None:
    path = write(frame("M-7"), tmp_path / "readings.csv")
    for name in ("found.parquet", "found.ndjson"):
        assert run(path, "--out", str(tmp_path / name)).stdout == ""
    table = pq.read_table(tmp_path / "found.parquet").to_pylist()
    lines = [json.loads(line) for line in (tmp_path / "found.ndjson").read_text(encoding="utf-8").splitlines()]
    assert [row["code"] for row in table] == [row["code"] for row in lines] == EDGES
    assert dict(table[0]["figures"]) == lines[0]["figures"]


def test_rules_from_a_file_and_a_summary(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[profile.default.high]]\nlevel = "red"\nlimit = 59\nclear = 50\n', encoding="utf-8")
    result = CliRunner().invoke(detect, [str(write(frame(), tmp_path / "readings.csv")), "--rules", str(rules)])
    assert [row["code"] for row in rows_of(result)] == ["high.raise", "high.clear"]
    assert "7 readings of 1 sensors" in result.stderr


def test_a_file_sorted_newest_first_is_noticed(tmp_path: Path) -> None:
    result = run(write(frame().reverse(), tmp_path / "readings.csv"))
    assert "6 late" in result.stderr
    assert "newest first" in result.stderr


REFUSED: dict[str, tuple[pl.DataFrame, str]] = {
    "no column ts; the columns are sensor, value": (frame().drop("ts"), ""),
    "no column sensor and value": (frame().drop("sensor", "value"), ""),
    "sensor -3 is negative": (frame(-3), ""),
    "sensor must be whole numbers or texts, not double": (frame(1.5), ""),
    "looks like seconds": (frame().with_columns(pl.col("ts") // 1000), ""),
    "ts must be milliseconds or ISO 8601": (frame().with_columns(ts=pl.lit("yesterday")), ""),
    "ts has no time zone": (frame().with_columns(pl.from_epoch("ts", time_unit="ms")), ""),
    "value must be a number": (frame().with_columns(value=pl.lit("much")), ""),
    "ts is empty in row 1": (frame().with_columns(ts=pl.lit(None, pl.Int64)), ""),
    "quality must be one of 0 good, 1 suspect, 2 bad": (frame().with_columns(quality=pl.lit("fine")), ""),
    "holds no reading": (frame().head(0), ""),
    "no profile 'meth'; known are default, methane": (frame(), "meth"),
}


@pytest.mark.parametrize(("message", "case"), REFUSED.items(), ids=REFUSED)
def test_refusals(message: str, case: tuple[pl.DataFrame, str], tmp_path: Path) -> None:
    table, profile = case
    path = write(table, tmp_path / "readings.parquet")
    with pytest.raises(InvalidInput) as refusal:
        list(FileDetection(path, load_profiles(), profile).run())
    assert message in str(refusal.value)


@pytest.mark.parametrize("name", ["readings.parquet", "readings.csv", "readings.ndjson", "readings.xlsx"])
def test_what_is_no_such_file_is_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x00\x01 nothing of the kind")
    with pytest.raises(InvalidInput, match=name):
        list(FileDetection(path, load_profiles()).run())
