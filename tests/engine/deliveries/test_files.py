"""Files of departments and their contracts, and the command that judges one by the other."""

import json
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from tests.engine.deliveries.departments import schools
from tests.languages import english as english
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.contract import Kind
from tocsin.engine.deliveries.files import read_delivery
from tocsin.engine.deliveries.odcs import read_contract
from tocsin.engine.deliveries.verdicts import Code
from tocsin.engine.deliveries.words import WORDS
from tocsin.workshop.commands.delivery import delivery

DOCS = Path(__file__).resolve().parents[3] / "docs" / "data-contracts.md"
CONTRACT = DOCS.read_text("utf-8").split("```yaml\n")[1].split("```")[0]
SMALL = "{apiVersion: v3.2.0, kind: DataContract, schema: [{name: t, properties: [%s]%s}]}"


def workbook(rows: list[list[object]]) -> bytes:
    book, file = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


FILES = {
    "CSV in UTF-8": "编号,深度\nW1,2.5\nW2,\n".encode(),
    "CSV with a byte order mark": "编号,深度\r\nW1,2.5\r\nW2,\r\n".encode("utf-8-sig"),
    "CSV in GB 18030 with semicolons": "编号;深度\nW1;2.5\nW2;\n".encode("gb18030"),
    "tabs, and empty rows before": "\n\n编号\t深度\nW1\t2.5\n\nW2\t\n".encode(),
    "a workbook": workbook([["编号", "深度"], ["W1", 2.5], ["W2", None]]),
    "GeoJSON": json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"编号": "W1", "深度": 2.5},
                    "geometry": {"type": "Point", "coordinates": [120.4, 36.1]},
                },
                {"properties": {"编号": "W2", "深度": None}, "geometry": None},
            ],
        }
    ).encode(),
}


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_every_kind_of_file_is_the_same_table(content: bytes) -> None:
    read = read_delivery(content)
    assert read.cells.to_dict(as_series=False) == {"编号": ["W1", "W2"], "深度": ["2.5", None]}
    assert read.ragged == 0


def test_cut_rows_are_counted_and_headings_told_apart() -> None:
    read = read_delivery(b"a,a,,b\n1,2,3,4\n1,2\n1,2,3,4,5\n")
    assert read.cells.columns == ["a", "a′", "#3", "b"]
    assert read.ragged == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a\0b\n1\n", "NUL"),
        (b"\xd0\xcf\x11\xe0 old", "old Excel"),
        (b"PK\x03\x04 torn", "workbook"),
        (b'{"type": "Topology"}', "features"),
        (b'{"features": [{"properties": 3}]}', "properties"),
        (b'{"features": [', "JSON"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content: bytes, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_delivery(content)


def test_broken_geometry_is_a_row_without_a_place() -> None:
    feature = {"type": "Feature", "properties": {"id": "1"}, "geometry": {"type": "Point", "coordinates": ["east"]}}
    shapes = read_delivery(json.dumps({"features": [feature]}).encode()).shapes
    assert shapes is not None and shapes[0] is None


def test_the_contract_of_the_docs() -> None:
    contract = read_contract(CONTRACT)
    assert (contract.name, contract.key, contract.moment, contract.least_rows) == ("schools", ("code",), "updated", 3)
    assert contract.column("pupils").kind is Kind.WHOLE
    assert contract.column("kind").values == {"幼儿园", "小学", "初中", "高中"}
    assert read_contract(
        json.dumps({"apiVersion": "v3.0.2", "kind": "DataContract", "schema": [{"name": "t", "properties": []}]})
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (SMALL % ("{name: a, logicalType: colour}", ""), "a: logicalType colour"),
        (SMALL % ("{name: a}", ", customProperties: [{property: longitude, value: x}]"), "the column x"),
        (SMALL % ("{name: a}", ", customProperties: [{property: longitud, value: a}]"), "longitud"),
        (SMALL % ("{name: a}, {name: a}", ""), "twice: a"),
        (SMALL % ("{name: a, required: perhaps}", ""), "required"),
        ("{apiVersion: v2.2.0, kind: DataContract, schema: []}", "ODCS 3"),
        ("{apiVersion: v3.2.0, kind: DataContract, schema: []}", "one table"),
        ("a: &x [1]\nb: *x\n", "line 1"),
        ("a: [1\n", "line 2"),
        ("just a sentence", "the contract"),
        ("[" * 200 + "]" * 200, "levels"),
    ],
)
def test_a_contract_that_can_not_be_read_says_why(text: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        read_contract(text)


def test_every_finding_has_its_words() -> None:
    assert set(WORDS) == set(Code)


def test_a_week_of_deliveries_by_the_command(tmp_path: Path) -> None:
    contract, profile = tmp_path / "schools.odcs.yaml", tmp_path / "schools.profile.json"
    contract.write_text(CONTRACT, "utf-8")

    def check(cells: bytes, *options: str) -> tuple[int, str]:
        file = tmp_path / "schools.csv"
        file.write_bytes(cells)
        done = CliRunner().invoke(delivery, ["check", str(contract), str(file), *options])
        return done.exit_code, done.output

    first, second = (schools(day).cells.write_csv() for day in (-10, -9))
    code, said = check(first.encode("gb18030"), "--profile", str(profile))
    assert (code, "could not be told" in said) == (10, True)  # columns that the contract does not name
    code, said = check(second.encode().replace("在校人数".encode(), "学生数".encode()), "--before", str(profile))
    assert code == 12
    assert "pupils is missing; “学生数” holds what it held" in said
    code, said = check(second.encode(), "--before", str(profile), "--json")
    assert (code, json.loads(said)["verdict"]) == (10, "widened")
