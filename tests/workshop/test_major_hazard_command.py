"""`tocsin major-hazard` on files as a firm writes them: JSON, TOML, a table; what can't be judged is told, the rest is judged."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.languages import english as english
from tocsin.workshop.commands.major_hazard import major_hazard

HEAD = "unit,kind,people,substance,cas,classes,design_t,present_t,content_percent,mixture_of,mixture_classes\n"


def run(folder: Path, name: str, text: str, *options: str) -> tuple[Result, dict[str, dict[str, object]]]:
    file, out = folder / name, folder / "out" / "answers.json"
    file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(major_hazard, [str(file), "--out", str(out), *options])
    units = json.loads(out.read_text(encoding="utf-8"))["units"] if out.exists() else []
    return result, {one["unit"]: one for one in units}


def test_the_same_unit_in_three_formats(tmp_path: Path) -> None:
    texts = {
        "units.json": json.dumps(
            {"units": [{"unit": "库", "people": 60, "held": [{"substance": "二氧化硫", "design_t": 200, "present_t": 18}]}]}
        ),
        "units.toml": '[[units]]\nunit = "库"\npeople = 60\n'
        '[[units.held]]\nsubstance = "二氧化硫"\ndesign_t = 200\npresent_t = 18\n',
        "units.csv": HEAD + "库,storage,60,二氧化硫,,,200,18,,,\n",
    }
    answers = [run(tmp_path, name, text)[1]["库"] for name, text in texts.items()]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["design"] == {"s": 10.0, "r": 30.0, "major": True, "grade": "III"}
    assert answers[0]["now"] == {"s": 0.9, "r": 2.7, "major": False, "grade": ""}
    assert answers[0]["alpha"] == 1.5


def test_a_table_with_classes_mixtures_and_scattered_lines(tmp_path: Path) -> None:
    text = HEAD + (
        "A,production,1,氨,,,5,,,,\n"
        "B,,0,异丙醇,67-63-0,W5.3/J5,500,,,,\n"
        "A,production,,氨水,,,50,,,氨,J5\n"
        "C,,0,水,,-,1000,,,,\n"
        "D,,0,新物质,,,1000,,,,\n"
        "E,tank,0,氨,,,1,,,,\n"
        "F,,0,氨,,,,,,,\n"
    )
    result, units = run(tmp_path, "units.csv", text)
    assert units["A"]["design"] == {"s": 0.6, "r": 1.1, "major": False, "grade": ""}
    assert units["B"]["design"]["s"] == 1.0 and units["C"]["design"]["s"] == 0.0  # type: ignore[index]
    assert "table 1" in str(units["D"]["error"])
    assert "line 7, column kind" in str(units["E"]["error"])
    assert "line 8" in str(units["F"]["error"]) and "design_t" in str(units["F"]["error"])
    assert result.exit_code == 1 and "3 of 6 units" in str(result.exception)


def test_a_site_is_cut(tmp_path: Path) -> None:
    site = {
        "site": "厂",
        "people": 10,
        "equipment": [
            {
                "equipment": "T1",
                "kind": "storage",
                "bund": "北",
                "held": [{"substance": "液氯", "volume_m3": 40, "density_kg_m3": 1400}],
            },
            {"equipment": "T2", "kind": "storage", "bund": "北", "held": [{"substance": "液氯", "design_t": 20}]},
            {"equipment": "R1", "kind": "production"},
        ],
        "joints": [{"from": "T1", "to": "R1", "isolating_valve": False}],
    }
    result, units = run(tmp_path, "site.json", json.dumps({"sites": [site]}))
    assert units["厂 北"]["design"] == {"s": 15.2, "r": 60.8, "major": True, "grade": "II"}
    assert units["厂 北"]["equipment"] == ["T1", "T2"] and units["厂 北"]["unparted"] == [["T1", "R1"]]
    assert "no isolating valve between T1 and R1" in result.output


def test_a_line_a_unit_as_a_table(tmp_path: Path) -> None:
    file, out = tmp_path / "units.csv", tmp_path / "answers.csv"
    file.write_text(HEAD + "A,,0,氯,,,5,1,,,\nB,,0,谜,,,5,,,,\n", encoding="utf-8")
    CliRunner().invoke(major_hazard, [str(file), "--out", str(out), "--quiet"])
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[1] == "A,0.5,1.0,2.0,1,IV,0.2,0.4,0,,"
    assert lines[2].startswith("B,,,,,,,,,,") and "谜" in lines[2]


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("u.json", "{", "u.json"),
        ("u.json", '{"units": [{"unit": "A", "held": [{"design": 4}]}]}', "design"),
        ("u.json", "{}", "neither `units` nor `sites`"),
        ("u.toml", "units = 3", "u.toml"),
        ("u.csv", "a,b\n1,2\n", "unit"),
        ("u.csv", HEAD + "A,,0,氯,,,many,,,,\n", "line 2, column design_t"),
    ],
)
def test_a_file_that_can_not_be_read_is_told(tmp_path: Path, name: str, text: str, word: str) -> None:
    result, units = run(tmp_path, name, text)
    assert result.exit_code == 1 and not units
    assert word in str(result.exception)
