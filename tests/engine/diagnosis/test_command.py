"""`tocsin diagnose`: a case folder in, an answer out, and a clear word for what can't be read."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from tests.engine.diagnosis.district import ASKED_H, CHANNELS, HOUR_MS, LIMITS, START_MS, District, features
from tests.engine.diagnosis.incidents import gas_main_leak
from tocsin.base.errors import InvalidInput
from tocsin.workshop.commands.diagnose import diagnose


def write_case(folder: Path, district: District, asset: str, quantity: str) -> Path:
    """The district as a case folder; no truth is written, so none can be read."""
    folder.mkdir(parents=True)
    (folder / "network.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features()}))
    place = {feature["properties"]["id"]: feature["geometry"]["coordinates"] for feature in features()}
    pl.DataFrame(
        {
            "sensor_id": [f"s{k}" for k in range(len(CHANNELS))],
            "asset_id": [code for code, _ in CHANNELS],
            "quantity": [name for _, name in CHANNELS],
            "unit": [""] * len(CHANNELS),
            "lon": [place[code][0] for code, _ in CHANNELS],
            "lat": [place[code][1] for code, _ in CHANNELS],
            "interval_s": [600] * len(CHANNELS),
            "accuracy": [0.1] * len(CHANNELS),
            "alarm_low": [None] * len(CHANNELS),
            "alarm_high": [LIMITS.get(name) for _, name in CHANNELS],
        }
    ).write_csv(folder / "sensors.csv")
    parts = [district.readings_of(channel) for channel in CHANNELS]
    pl.DataFrame(
        {
            "sensor_id": [f"s{part.sensor[0]}" for part in parts for _ in range(len(part))],
            "ts": np.concatenate([part.ts for part in parts]),
            "value": np.concatenate([part.value for part in parts]),
        }
    ).write_parquet(folder / "readings.parquet")
    question = {"sensor_id": f"s{CHANNELS.index((asset, quantity))}", "ts": START_MS + round(ASKED_H * HOUR_MS)}
    (folder / "question.json").write_text(json.dumps(question))
    return folder


@pytest.fixture
def case(tmp_path: Path) -> Path:
    return write_case(tmp_path / "cases" / "one", gas_main_leak(), "G1", "methane")


def test_the_answer_as_json(case: Path) -> None:
    result = CliRunner().invoke(diagnose, [str(case), "--json"])
    answer = json.loads(result.output)
    first = answer["causes"][0]
    assert (first["cause"], first["asset_id"]) == ("gas_main_leak", "gas1")
    assert sum(one["probability"] for one in answer["causes"]) <= 1.0
    nowhere = next(one for one in answer["causes"] if one["cause"] == "no_event")
    assert (nowhere["asset_id"], nowhere["lon"], nowhere["lat"]) == (None, None, None)


@pytest.mark.parametrize(("language", "words"), [("en", "Gas company"), ("zh", "燃气公司")])
def test_the_answer_for_a_person(case: Path, language: str, words: str) -> None:
    result = CliRunner().invoke(diagnose, [str(case), "--language", language])
    assert result.exit_code == 0
    assert words in result.output
    assert "gas1" in result.output


def test_a_folder_of_cases_gives_one_answer_each(case: Path, tmp_path: Path) -> None:
    write_case(tmp_path / "cases" / "two", gas_main_leak(), "G1", "methane")
    out = tmp_path / "answers"
    result = CliRunner().invoke(diagnose, [str(case.parent), "--out", str(out)])
    assert result.exit_code == 0
    assert sorted(file.name for file in out.iterdir()) == ["one.json", "two.json"]


def test_a_case_that_cannot_be_read_does_not_stop_the_others(case: Path, tmp_path: Path) -> None:
    broken = write_case(tmp_path / "cases" / "broken", gas_main_leak(), "G1", "methane")
    (broken / "readings.parquet").unlink()
    result = CliRunner().invoke(diagnose, [str(case.parent), "--out", str(tmp_path / "answers"), "--jobs", "2"])
    assert result.exit_code != 0
    assert "readings.parquet is missing" in result.output
    assert (tmp_path / "answers" / "one.json").is_file()


BROKEN = [
    ("network.geojson", "{", "JSON"),
    ("network.geojson", '{"type": "FeatureCollection"}', "no list of features"),
    ("sensors.csv", "sensor_id,asset_id\ns0,A\n", "sensors.csv"),
    ("readings.parquet", "nonsense", "readings.parquet"),
    ("question.json", '{"sensor_id": "s999", "ts": 1}', "'s999' is not in sensors.csv"),
    ("question.json", '{"sensor_id": "s0", "ts": "now"}', "ts must be Unix milliseconds"),
]


@pytest.mark.parametrize(("file", "text", "words"), BROKEN, ids=[f"{row[0]}: {row[2]}" for row in BROKEN])
def test_what_cannot_be_read_is_named(case: Path, file: str, text: str, words: str) -> None:
    (case / file).write_text(text)
    result = CliRunner().invoke(diagnose, [str(case)])
    assert isinstance(result.exception, InvalidInput)
    assert words in str(result.exception)


def test_it_starts_without_django() -> None:
    program = "import sys, tocsin.workshop.commands.diagnose; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_an_answer_needs_no_linear_algebra(case: Path) -> None:
    """Half a second of every answer was the import of what no kernel and no way needs."""
    loads = f"diagnose.main([{str(case)!r}], standalone_mode=False); sys.exit('scipy.linalg' in sys.modules)"
    program = f"import sys; from tocsin.workshop.commands.diagnose import diagnose; {loads}"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_kernel_that_multiplies_matrices_finds_linear_algebra() -> None:
    program = "\n".join(
        [
            "import numpy as np",
            "from tocsin.engine.kernel import load_compiler",
            "numba, _kept = load_compiler()",
            "product = numba.njit(lambda a, b: np.dot(a, b))(np.eye(2), np.full((2, 2), 3.0))",
            "assert product.tolist() == [[3.0, 3.0], [3.0, 3.0]]",
        ]
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
