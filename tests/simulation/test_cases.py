"""Made-up cases: in the format, the same for the same seed, ringing as told; each cause with the physics its name promises."""

import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.portal.cli import tocsin
from tocsin.simulation.cases import CAUSES, SimulatedCase, make_case
from tocsin.workshop.files.cases import is_case, read_case

SEED = 41
KEYS = {
    "cause", "asset_id", "lon", "lat", "onset_ts", "distance_m", "owner", "notes", "data_start_ts", "data_end_ts",
}  # fmt: skip
OWNERS = {
    "gas_main_leak": "gas_company",
    "heat_main_leak_biogas": "heating_company",
    "sewer_biogas": "drainage_bureau",
    "water_main_burst": "water_company",
    "sewer_surcharge_rain": "drainage_bureau",
    "industrial_discharge": "drainage_bureau",
    "power_cable_fault_heating": "power_company",
}
AT_FAULT = {
    "gas_main_leak": {"gas_main"},
    "heat_main_leak_biogas": {"heat_main_supply"},
    "sewer_biogas": {"sewer"},
    "water_main_burst": {"water_main"},
    "sewer_surcharge_rain": {"sewer", "storm_drain"},
    "industrial_discharge": {"building"},
    "power_cable_fault_heating": {"power_cable"},
}


@pytest.fixture(scope="module")
def cases() -> dict[str, SimulatedCase]:
    return {cause: make_case(SEED, "sparse", cause) for cause in CAUSES}


def properties(case: SimulatedCase) -> dict[str, dict]:
    return {feature["properties"]["id"]: feature["properties"] for feature in case.features}


def asked(case: SimulatedCase) -> int:
    return case.names.index(case.question["sensor_id"])


@pytest.mark.parametrize("cause", CAUSES)
def test_the_asked_sensor_crosses_its_limit_for_the_first_time(cases: dict[str, SimulatedCase], cause: str) -> None:
    case, row = cases[cause], asked(cases[cause])
    own = case.readings.sensor == row
    ts, value = case.readings.ts[own], case.readings.value[own]
    low, high = case.sensors["alarm_low"][row], case.sensors["alarm_high"][row]
    beyond = (value >= (math.inf if high is None else high)) | (value <= (-math.inf if low is None else low))
    if cause == "no_event":
        assert not beyond.any()
        assert case.question["ts"] in ts
    else:
        assert int(ts[np.argmax(beyond)]) == case.question["ts"]
        assert case.truth["onset_ts"] < case.question["ts"] < case.truth["data_end_ts"]


@pytest.mark.parametrize("cause", CAUSES)
def test_the_truth_is_in_the_format(cases: dict[str, SimulatedCase], cause: str) -> None:
    case, truth = cases[cause], cases[cause].truth
    assert set(truth) - {"equivalent_asset_ids"} == KEYS
    assert truth["cause"] == cause
    days = (truth["data_end_ts"] - truth["data_start_ts"]) / 86_400_000
    assert 10.0 <= days <= 14.0
    assert truth["data_start_ts"] - 1000 <= case.readings.ts.min() <= case.readings.ts.max() <= truth["data_end_ts"]
    if cause == "no_event":
        assert {truth[key] for key in ("asset_id", "lon", "lat", "onset_ts", "distance_m", "owner")} == {None}
        return
    place = properties(case)[truth["asset_id"]]
    if cause in AT_FAULT:
        assert place["kind"] in AT_FAULT[cause]
        assert truth["owner"] == OWNERS[cause]
    else:
        assert truth["asset_id"] == case.sensors["asset_id"][asked(case)]
        assert truth["owner"] == place["owner"]
    row = asked(case)
    metres = distance_m(case.sensors["lon"][row], case.sensors["lat"][row], truth["lon"], truth["lat"])
    assert truth["distance_m"] == pytest.approx(metres, abs=0.1)


def test_a_twin_pipe_and_the_well_of_a_premises_are_as_good(cases: dict[str, SimulatedCase]) -> None:
    heat, discharge = cases["heat_main_leak_biogas"], cases["industrial_discharge"]
    kinds = {properties(heat)[asset]["kind"] for asset in heat.truth["equivalent_asset_ids"]}
    assert kinds == {"heat_main_supply", "heat_main_return"}
    (well,) = discharge.truth["equivalent_asset_ids"]
    assert properties(discharge)[well]["utility"] == "sewer"


def test_nothing_is_told_but_what_the_format_holds(cases: dict[str, SimulatedCase]) -> None:
    case = cases["gas_main_leak"]
    known = {
        "id", "kind", "owner", "depth_m", "installed", "street", "ground_elevation_m", "utility", "buried", "use",
        "from_node", "to_node", "diameter_mm", "material", "nominal_pressure_kpa",
    }  # fmt: skip
    assert {key for given in properties(case).values() for key in given} <= known
    codes = [int(feature["properties"]["id"][1:]) for feature in case.features]
    assert len(set(codes)) == len(codes)
    assert codes != sorted(codes)


def test_the_same_seed_gives_the_same_case() -> None:
    first, second = make_case(7, "sparse"), make_case(7, "sparse")
    assert first.truth == second.truth
    assert first.features == second.features
    assert np.array_equal(first.readings.value, second.readings.value)
    assert make_case(8, "sparse").truth != first.truth


@pytest.mark.parametrize("cause", ["gas_main_leak", "sensor_fault"])
def test_another_fault_besides_changes_nothing_of_the_first(cause: str) -> None:
    alone, beside = make_case(77, "rich", cause), make_case(77, "rich", cause, besides=True)
    (other,) = beside.truth.pop("besides")
    assert (beside.truth, beside.question) == (alone.truth, alone.question)
    assert other["cause"] not in (cause, "sewer_surcharge_rain")
    asked = alone.names.index(alone.question["sensor_id"])
    lon, lat = alone.sensors["lon"][asked], alone.sensors["lat"][asked]
    assert distance_m(lon, lat, other["lon"], other["lat"]) >= 139.0
    differs = set(alone.readings.sensor[alone.readings.value != beside.readings.value].tolist())
    assert differs
    places = {alone.sensors["asset_id"][row] for row in differs}
    assert alone.sensors["asset_id"][asked] not in places


def test_poor_districts_have_little_to_go_on() -> None:
    case = make_case(12, "poor")
    assert set(case.sensors["quantity"]) <= {"methane", "temperature"}
    assert set(case.sensors["interval_s"]) == {1800}
    stations = {"pump_station", "heat_station", "gas_regulator"}
    assert not stations & {properties(case)[asset]["kind"] for asset in case.sensors["asset_id"]}


def test_unknown_families_and_causes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="known are rich"):
        make_case(1, "lavish")
    with pytest.raises(InvalidInput, match="known are calibration"):
        make_case(1, "rich", "meteorite")


def test_the_command_writes_folders_that_can_be_diagnosed(tmp_path: Path) -> None:
    given = ["cases", str(tmp_path), "--count", "2", "--seed", "5", "--family", "poor", "--family", "sparse"]
    result = CliRunner().invoke(tocsin, given)
    assert result.exit_code == 0, result.output
    folders = sorted(tmp_path.iterdir())
    assert [folder.name for folder in folders] == ["poor-000005", "sparse-000006"]
    for folder in folders:
        assert is_case(folder)
        case = read_case(folder)
        truth = json.loads((folder / "truth.json").read_text("utf-8"))
        assert truth["asset_id"] is None or truth["asset_id"] in case.network.position
        table = pl.read_parquet(folder / "readings.parquet")
        assert table.schema == {"sensor_id": pl.String, "ts": pl.Int64, "value": pl.Float64}
        assert len(table) == len(case.readings)


def test_several_processes_write_the_same(tmp_path: Path) -> None:
    for jobs in ("1", "2"):
        given = ["cases", str(tmp_path / jobs), "--count", "2", "--seed", "6", "--family", "sparse", "--jobs", jobs]
        assert CliRunner().invoke(tocsin, given).exit_code == 0
    files = {path.relative_to(tmp_path / "1"): path.read_bytes() for path in (tmp_path / "1").glob("*/*.json*")}
    assert len({path.parent for path in files}) == 2
    assert files == {path: (tmp_path / "2" / path).read_bytes() for path in files}
    for folder in (tmp_path / "1").iterdir():
        other = tmp_path / "2" / folder.name
        assert pl.read_parquet(folder / "readings.parquet").equals(pl.read_parquet(other / "readings.parquet"))
