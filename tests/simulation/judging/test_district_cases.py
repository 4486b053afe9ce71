"""Cases of the judging world: in the format, the same for a seed, within their family's ranges, with a sign that can be seen."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.portal.cli import tocsin
from tocsin.simulation.cases import SimulatedCase
from tocsin.simulation.judging.districts.case import CAUSES, NO_EVENT
from tocsin.simulation.judging.districts.draws import Draws
from tocsin.simulation.judging.districts.families import FAMILIES, HELD_SEEDS, Family, Span, draw_figures
from tocsin.simulation.judging.districts.plans.drawn import PLANS
from tocsin.simulation.judging.districts.written import make_judging_case
from tocsin.workshop.files.cases import read_case, write_case

pytestmark = pytest.mark.one_database

SEED = 17
KEYS = {"cause", "asset_id", "lon", "lat", "onset_ts", "distance_m", "owner", "notes", "data_start_ts", "data_end_ts"}
AT_FAULT = {
    "gas_main_leak": ("gas_company", {"gas_main"}),
    "heat_main_leak_biogas": ("heating_company", {"heat_main_supply"}),
    "sewer_biogas": ("drainage_bureau", {"sewer"}),
    "water_main_burst": ("water_company", {"water_main"}),
    "sewer_surcharge_rain": ("drainage_bureau", {"sewer", "storm_drain"}),
    "industrial_discharge": ("drainage_bureau", {"building"}),
    "power_cable_fault_heating": ("power_company", {"power_cable"}),
}
NEVER_BELOW_ZERO = {"methane", "hydrogen_sulphide", "carbon_monoxide", "oxygen", "level", "rainfall", "ethane_ratio", "flow"}


@pytest.fixture(scope="module")
def cases() -> dict[str, SimulatedCase]:
    return {cause: make_judging_case(SEED, "old_town", cause) for cause in CAUSES}


def asked(case: SimulatedCase) -> int:
    return case.names.index(case.question["sensor_id"])


def series(case: SimulatedCase) -> tuple[np.ndarray, np.ndarray]:
    own = case.readings.sensor == asked(case)
    return case.readings.ts[own], case.readings.value[own]


@pytest.mark.parametrize("cause", CAUSES)
def test_readings_are_in_order_finite_and_not_below_nothing(cases: dict[str, SimulatedCase], cause: str) -> None:
    case = cases[cause]
    readings = case.readings
    assert np.isfinite(readings.value).all()
    order = np.lexsort((readings.ts, readings.sensor))
    assert (order == np.arange(len(readings))).all()
    same = np.diff(readings.sensor) == 0
    assert (np.diff(readings.ts)[same] > 0).all()
    below = np.array([quantity in NEVER_BELOW_ZERO for quantity in case.sensors["quantity"]])
    assert readings.value[below[readings.sensor]].min() >= 0
    assert readings.ts.min() >= case.truth["data_start_ts"]
    assert readings.ts.max() <= case.truth["data_end_ts"]


@pytest.mark.parametrize("cause", CAUSES)
def test_the_asked_sensor_rings_first_at_the_asked_time(cases: dict[str, SimulatedCase], cause: str) -> None:
    case = cases[cause]
    ts, value = series(case)
    low, high = (case.sensors[name][asked(case)] for name in ("alarm_low", "alarm_high"))
    beyond = (value <= (low if low is not None else -np.inf)) | (value >= (high if high is not None else np.inf))
    if cause == NO_EVENT:
        assert not beyond.any()
        assert case.question["ts"] in ts
    else:
        assert ts[beyond][0] == case.question["ts"]
        assert case.truth["onset_ts"] <= case.question["ts"]


@pytest.mark.parametrize("cause", CAUSES)
def test_the_truth_fits_the_map(cases: dict[str, SimulatedCase], cause: str) -> None:
    case, truth = cases[cause], cases[cause].truth
    assert set(truth) - {"equivalent_asset_ids", "besides"} == KEYS
    assert truth["cause"] == cause
    if cause == NO_EVENT:
        assert truth["asset_id"] is None
        return
    own = {feature["properties"]["id"]: feature for feature in case.features}
    row = asked(case)
    at = distance_m(case.sensors["lon"][row], case.sensors["lat"][row], truth["lon"], truth["lat"])
    assert truth["distance_m"] == pytest.approx(at, abs=0.3)
    assert {truth["asset_id"], *truth.get("equivalent_asset_ids", ())} <= set(own)
    asset = own[truth["asset_id"]]
    if cause in AT_FAULT:
        owner, kinds = AT_FAULT[cause]
        assert (truth["owner"], asset["properties"]["kind"] in kinds) == (owner, True)
    else:
        assert truth["asset_id"] == case.sensors["asset_id"][row]
    if asset["geometry"]["type"] == "LineString":
        (a_lon, a_lat), (b_lon, b_lat) = asset["geometry"]["coordinates"]
        whole = distance_m(a_lon, a_lat, b_lon, b_lat)
        by_spot = distance_m(a_lon, a_lat, truth["lon"], truth["lat"]) + distance_m(truth["lon"], truth["lat"], b_lon, b_lat)
        assert by_spot == pytest.approx(whole, abs=0.5)


@pytest.mark.parametrize("cause", [cause for cause in CAUSES if cause != NO_EVENT])
def test_what_rings_stands_out_of_its_habit(cases: dict[str, SimulatedCase], cause: str) -> None:
    case = cases[cause]
    ts, value = series(case)
    before = value[ts < case.truth["onset_ts"]]
    rung = value[ts >= case.question["ts"]][0]
    assert abs(rung - np.median(before)) > 4 * np.std(before)


def test_the_same_seed_gives_the_same_case(cases: dict[str, SimulatedCase]) -> None:
    first, again = cases["sensor_fault"], make_judging_case(SEED, "old_town", "sensor_fault")
    assert first.truth == again.truth
    assert first.features == again.features
    assert first.sensors == again.sensors
    assert np.array_equal(first.readings.value, again.readings.value)
    assert np.array_equal(first.readings.ts, again.readings.ts)


def test_a_case_is_written_and_read_as_those_of_the_first_world(cases: dict[str, SimulatedCase], tmp_path: Path) -> None:
    write_case(tmp_path / "one", cases["gas_main_leak"])
    case = read_case(tmp_path / "one")
    assert len(case.readings) == len(cases["gas_main_leak"].readings)
    assert json.loads((tmp_path / "one" / "truth.json").read_text())["cause"] == "gas_main_leak"


def test_tables_of_an_old_town_have_holes(cases: dict[str, SimulatedCase]) -> None:
    lines = [feature["properties"] for feature in cases["sewer_biogas"].features if "from_node" in feature["properties"]]
    missing = [given for given in lines if not {"diameter_mm", "material", "installed"} <= set(given)]
    assert 0.05 < len(missing) / len(lines) < 0.5


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_each_family_stays_within_its_ranges(family: Family) -> None:
    spans = {name: span for name in vars(family) if isinstance(span := getattr(family, name), Span)}
    for held in (False, True):
        for seed in range(20):
            figures = draw_figures(family, Draws(seed, 1), held)
            for name, span in spans.items():
                low, high = span.bounds(held)
                assert low <= getattr(figures, name) <= high, name


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_held_ranges_touch_the_others_at_their_cut_only(family: Family) -> None:
    for span in (getattr(family, name) for name in vars(family) if isinstance(getattr(family, name), Span)):
        (low, high), (held_low, held_high) = span.bounds(False), span.bounds(True)
        assert high == held_low == span.cut or low == held_high == span.cut


def test_held_seeds_draw_from_the_held_ranges() -> None:
    case = make_judging_case(HELD_SEEDS + 1, "poor", "no_event")
    assert set(case.sensors["quantity"]) <= {"methane", "temperature"}
    assert set(case.sensors["interval_s"]) == {1800}


@pytest.mark.parametrize("name", PLANS)
def test_street_plans_hang_together(name: str) -> None:
    for seed in range(5):
        streets = PLANS[name](350.0, Draws(seed, 9))
        assert len(streets.joined().corners) == len(streets.corners) >= 15
        assert sum(map(streets.length_m, streets.pieces)) > 2000
        assert len({(min(p.start, p.end), max(p.start, p.end)) for p in streets.pieces}) == len(streets.pieces)


def test_unknown_families_and_causes_are_refused() -> None:
    with pytest.raises(InvalidInput, match="known are clay"):
        make_judging_case(1, "lavish")
    with pytest.raises(InvalidInput, match="known are gas_main_leak"):
        make_judging_case(1, "clay", "meteorite")


def test_the_command_makes_cases_of_either_world(tmp_path: Path) -> None:
    given = [
        "cases",
        str(tmp_path),
        "--world",
        "judging",
        "--count",
        "1",
        "--seed",
        "3",
        "--family",
        "poor",
        "--cause",
        "no_event",
    ]
    result = CliRunner().invoke(tocsin, given)
    assert result.exit_code == 0, result.output
    assert [folder.name for folder in tmp_path.iterdir()] == ["judging.poor-000003"]
    refused = CliRunner().invoke(tocsin, ["cases", str(tmp_path), "--world", "judging", "--count", "1", "--family", "rich"])
    assert refused.exit_code == 2
    assert "it has clay, sand, old_town, new_town, poor" in refused.output
