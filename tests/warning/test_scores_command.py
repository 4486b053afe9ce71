"""`tocsin detect --scores`: times come back as they were written, what can't be read is told by row and column."""

import csv
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tocsin.base.errors import InvalidInput
from tocsin.simulation.series import make_network
from tocsin.workshop.commands.detect import detect
from tocsin.workshop.files.series import read_series


def run(*arguments: object) -> str:
    result = CliRunner().invoke(detect, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("first", "second", "step_ms"),
    [
        ("2014-04-01 00:00:00", "2014-04-01 00:30:00", 1_800_000),
        ("2014-04-01T00:00:00Z", "2014-04-01T08:30:00+08:00", 1_800_000),
        ("1396310400", "1396312200", 1_800_000),
        ("1396310400000", "1396310400500", 500),
        ("2014-04-01", "2014-04-02", 86_400_000),
        ("01.04.2014 00:00:00", "01.04.2014 00:00:01", 1_000),
    ],
)
def test_times_in_many_forms(tmp_path: Path, first: str, second: str, step_ms: int) -> None:
    series = read_series(write(tmp_path / "a.csv", f"timestamp,value\n{first},1\n{second},2.5\n"))
    assert series.ts_ms[0] == 1_396_310_400_000 and series.ts_ms[1] - series.ts_ms[0] == step_ms
    assert series.stamps == (first, second)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("timestamp,value\n2014-04-01 00:00:00,1\n2014-04-01 00:05:00,high\n", "row 3, column value: 'high' is not a number"),
        ("timestamp,value\nyesterday,1\n", "row 2: 'yesterday' is not a time"),
        ("timestamp\n2014-04-01\n", "at least one of values"),
        ("timestamp,value\n", "a row are needed"),
    ],
)
def test_what_can_not_be_read_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InvalidInput, match=told):
        read_series(write(tmp_path / "a.csv", text))


def test_each_row_gets_a_score(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(20, 1, 600).round(3).tolist()
    values[550] = 60.0
    rows = [f"2026-01-{1 + k // 288:02d} {k % 288 // 12:02d}:{k % 12 * 5:02d}:00,{value}" for k, value in enumerate(values)]
    rows[100] = rows[100].split(",")[0] + ","  # a gap
    out = tmp_path / "scores.csv"
    run(write(tmp_path / "a.csv", "timestamp,value\n" + "\n".join(rows) + "\n"), "--scores", "--out", out, "--quiet")
    with out.open(encoding="utf-8") as file:
        scores = list(csv.DictReader(file))
    assert [row["timestamp"] for row in scores] == [row.split(",")[0] for row in rows]
    assert max(range(600), key=lambda k: float(scores[k]["score"])) == 550
    assert list(scores[0]) == ["timestamp", "score", "state"] and all(0 <= float(row["state"]) <= 1 for row in scores)
    assert all(0 <= float(row["score"]) <= 1 for row in scores) and float(scores[100]["score"]) == 0


def test_a_lasting_anomaly_is_told_with_its_channel(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    values = random.normal(20, 1, (1_100, 2)).round(3)
    values[600:900, 1] += 8
    rows = [f"{1_760_000_000 + k},{a},{b}" for k, (a, b) in enumerate(values.tolist())]
    told = run(
        write(tmp_path / "a.csv", "timestamp,north,south\n" + "\n".join(rows) + "\n"), "--scores", "--out", tmp_path / "s.csv"
    )
    told = " ".join(told.split())
    assert "Not normal: 1 time(s)" in told and "south (" in told and "north (" not in told
    begin = int(told.split("from 1760000")[1][:3])
    assert 600 <= begin <= 605


def test_the_component_at_fault_is_named(tmp_path: Path) -> None:
    network = make_network(3)
    header = ",".join(["timestamp", *(f"{name}.flow" for name in network.names)])
    rows = [",".join([str(1_760_000_000 + 60 * k), *(f"{value:.5f}" for value in row)]) for k, row in enumerate(network.values)]
    ways = [f"{cause},{effect}" for cause, effects in network.leads_to.items() for effect in effects]
    file = write(tmp_path / "a.csv", "\n".join([header, *rows]) + "\n")
    edges = write(tmp_path / "network.csv", "\n".join(["from,to", *ways]) + "\n")
    told = run(file, "--scores", "--out", tmp_path / "scores.csv", "--network", edges)
    table = told[told.index("At fault") :]
    assert network.faulty in "".join(table.splitlines()[:5])


def test_options_that_do_not_go_together(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "timestamp,value\n1,1\n")
    assert CliRunner().invoke(detect, [str(file), "--scores", "--profile", "methane"]).exit_code == 2
    assert CliRunner().invoke(detect, [str(file), "--network", str(file)]).exit_code == 2
