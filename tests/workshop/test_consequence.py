"""`tocsin consequence`: cases as files in, answers with ranges out, and what is wrong with a case by its field."""

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tocsin.base.errors import TocsinError
from tocsin.workshop.commands.consequence import consequence
from tocsin.workshop.consequences.case import model_names
from tocsin.workshop.consequences.policy import harm_policy
from tocsin.workshop.consequences.substances import FILE, OwnFigures, find_substance, shipped_substances
from tocsin.workshop.consequences.words import consequence_words

CASES = Path(__file__).with_name("consequence_cases")
DOCS = Path(__file__).resolve().parents[2] / "docs" / "consequences.md"


def command(*given: str) -> Result:
    return CliRunner().invoke(consequence, given)


def refusal(file: Path) -> str:
    done = command(str(file))
    assert isinstance(done.exception, TocsinError), done.output
    return str(done.exception)


def every_number(value: object) -> list[float]:
    if isinstance(value, dict):
        return [one for inner in value.values() for one in every_number(inner)]
    if isinstance(value, list):
        return [one for inner in value for one in every_number(inner)]
    return [value] if isinstance(value, float) else []


@pytest.mark.parametrize("file", sorted(CASES.iterdir()), ids=lambda one: one.name)
def test_a_shipped_case(file: Path) -> None:
    """Its answer is JSON of finite numbers; each lies in its range; all words of it have Chinese."""
    done = command(str(file), "--json")
    assert done.exit_code == 0, done.exception
    answer = json.loads(done.output)
    assert all(abs(one) < 1e15 for one in every_number(answer))
    words = consequence_words()
    written = file.read_text(encoding="utf-8")
    own = {level["code"] for level in (tomllib.loads if file.suffix == ".toml" else json.loads)(written).get("levels", [])}
    for step in answer["steps"]:
        assert step["model"] in words.models
        assert set(step["notes"]) <= set(words.notes)
        for one in step["figures"]:
            assert one["name"] in words.figures
            assert one["low"] <= one["value"] <= one["high"]
        for one in step["distances"]:
            assert one["threshold"] in words.thresholds or one["threshold"] in own
            assert one["low_m"] <= one["distance_m"] <= one["high_m"]
        for one in step["points"]:
            assert one["name"] in words.figures
            assert (one["value"] is None) == bool(one["outside"])


def test_a_folder_answers_case_by_case_in_both_languages() -> None:
    lines = command(str(CASES), "--json").output.splitlines()
    assert [json.loads(line)["case"] for line in lines] == sorted(one.stem for one in CASES.iterdir())
    printed = command(str(CASES / "gas-main.toml"), "--language", "zh").output
    assert "高斯烟羽" in printed
    assert "爆炸下限" in printed


def test_areas_on_the_map_need_a_place(tmp_path: Path) -> None:
    done = command(str(CASES / "gas-main.toml"), "--geojson")
    features = json.loads(done.output)["features"]
    assert {one["properties"]["kind"] for one in features} == {"cloud", "fan"}
    assert all(one["geometry"]["coordinates"][0][0] == one["geometry"]["coordinates"][0][-1] for one in features)
    (tmp_path / "case.toml").write_text(GOOD + '[[scenario]]\nmodel = "gaussian_plume"\n')
    failed = command(str(tmp_path / "case.toml"), "--geojson")
    assert "need [place] and weather.wind_from_degrees" in str(failed.exception)


def test_json_and_toml_are_the_same_case(tmp_path: Path) -> None:
    toml = CASES / "gas-main.toml"
    twin = tmp_path / "gas-main.json"
    twin.write_text(json.dumps(tomllib.loads(toml.read_text())))
    assert command(str(twin), "--json").output == command(str(toml), "--json").output


def test_a_bad_case_of_a_folder_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text((CASES / "gas-main.toml").read_text())
    (tmp_path / "b.toml").write_text("substance = 1")
    done = command(str(tmp_path), "--json")
    assert "b.toml: " in done.output
    assert '"case":"a"' in done.output
    assert str(done.exception) == "1 of 2 cases could not be worked out"


GOOD = 'substance = "chlorine"\n[weather]\nwind_m_s = 2\nstability = "F"\n[[scenario]]\nmodel = "source"\nrate_kg_s = 1\n'
BAD = [
    ("no TOML", "substance = ", "Invalid value (at end of document)"),
    ("a field of another name", GOOD.replace("wind_m_s", "wind"), "unknown field `wind` - at `$.weather`"),
    ("a text for a number", GOOD.replace("= 2", '= "two"'), "Expected `float`, got `str` - at `$.weather.wind_m_s`"),
    ("a class that is none", GOOD.replace('"F"', '"G"'), "Invalid enum value 'G' - at `$.weather.stability`"),
    ("a model that is none", GOOD.replace('"source"', '"magic"'), "; model is one of "),
    ("an unknown substance", GOOD.replace("chlorine", "clorine"), "substance 'clorine' is not known (near: Fluorine, Chlorine)"),
    ("a calm", GOOD.replace("= 2", "= 0.1"), "wind is 0.1 m/s, 0.4 m/s below the least"),
    ("no scenario", GOOD.partition("[[")[0] + "scenario = []", "scenario"),
    ("a level in two units", GOOD + '[[levels]]\ncode = "x"\nppm = 1\npercent = 2\n', "levels, 'x': one of ppm"),
    (
        "a point in two ways",
        GOOD + '[[points]]\nname = "p"\ndownwind_m = 1\nlon = 2\nlat = 3\n',
        "points, 'p': downwind_m, or lon",
    ),
    ("a point without a place", GOOD + '[[points]]\nname = "p"\nlon = 2\nlat = 3\n', "lon and lat need [place]"),
    ("too long a time", "exposure_minutes = 900\n" + GOOD, "420 above the longest that AEGLs are given for"),
    ("own figures below zero", GOOD + "[own]\nmolar_mass_g_mol = -3\n", "own.molar_mass_g_mol is -3"),
]


@pytest.mark.parametrize(("name", "text", "told"), BAD, ids=[row[0] for row in BAD])
def test_what_is_wrong_with_a_case(name: str, text: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    file.write_text(text)
    message = refusal(file)
    assert message.startswith(str(file))
    assert told in message


def test_a_missing_figure_can_be_brought_by_the_case(tmp_path: Path) -> None:
    file = tmp_path / "case.toml"
    scenario = '[[scenario]]\nmodel = "gas_hole"\npressure_pa = 5e5\ndiameter_m = 0.01\n'
    head = 'substance = "LPG"\n[weather]\nwind_m_s = 2\nstability = "D"\n'
    file.write_text(head + scenario)
    assert "has no molar_mass_g_mol: give it in the case, below [own]" in refusal(file)
    file.write_text(head + scenario + "[own]\nmolar_mass_g_mol = 50\nheat_gas_j_kg_k = 1700\n")
    assert command(str(file)).exit_code == 0


NAMES = [
    ("氯", "7782-50-5"),
    ("Chlorine", "7782-50-5"),
    ("光气", "75-44-5"),
    ("natural gas", "74-82-8"),
    ("hydrogen sulfide", "7783-06-4"),
]


@pytest.mark.parametrize(("name", "cas"), NAMES)
def test_a_substance_is_found(name: str, cas: str) -> None:
    assert find_substance(name, OwnFigures()).cas == cas


def test_all_that_gb_18218_names_is_there() -> None:
    numbers = [line.partition(",")[0] for line in FILE.read_text(encoding="utf-8").splitlines()[1:]]
    assert [one for one in numbers if one] == [str(number) for number in range(1, 86)]


def test_curves_meet_the_boiling_point() -> None:
    """At the boiling point each substance's vapour has the pressure of the air, within what its fit may miss by."""
    for substance, _zh in shipped_substances():
        if substance.psat_a is not None:
            assert substance.vapour_pressure_pa(substance.figure("boiling_k")) == pytest.approx(101_325, rel=0.25), substance.name


def test_levels_grow_with_their_grade_and_fall_with_time() -> None:
    for row in harm_policy().toxic:
        for grade in (row.aegl_1, row.aegl_2, row.aegl_3):
            known = [one for one in grade if one]
            assert known == sorted(known, reverse=True), row.cas
        for low, high in ((row.aegl_1, row.aegl_2), (row.aegl_2, row.aegl_3)):
            assert all(one < other for one, other in zip(low, high, strict=True) if one and other), row.cas


def test_every_model_and_field_is_told() -> None:
    from tocsin.engine.consequences.scenario.steps import AnyStep

    text = DOCS.read_text(encoding="utf-8")
    fields = {field for kind in AnyStep.__value__.__args__ for field in kind.__struct_fields__}
    assert [name for name in (*model_names(), *sorted(fields)) if f"`{name}`" not in text] == []
    assert set(model_names()) == set(consequence_words().models)
