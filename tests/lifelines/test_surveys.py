"""Tables of pipe surveys: points and lines held against each other, corners and junctions, differences, undone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.languages import english as english
from tests.people import LICANG, make_person
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import InvalidInput
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.people.models import User
from tocsin.lifelines.models import Asset
from tocsin.lifelines.queries import networks as queries
from tocsin.lifelines.rules.surveys import Section, runs
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportState, ImportVerdict, Row
from tocsin.records.imports.services.taking import undo_file

pytestmark = pytest.mark.django_db

AT = datetime_from_ms(1_764_000_000_000)
LATER = AT + timedelta(hours=1)
KIND = "pipe-surveys"
type Lines = Sequence[Sequence[str]]

POINT_HEAD = ("物探点号", "X(m)", "Y(m)", "地面高程(m)", "特征", "附属物", "埋深(m)")
LINE_HEAD = ("起点点号", "终点点号", "管线类别", "材质", "管径(mm)", "压力", "起点埋深", "终点埋深", "权属单位", "埋设年代")
NORTH, EAST = 4_003_200.0, 40_519_200.0
POINTS: Lines = (
    ("RQ1", f"{NORTH}", f"{EAST}", "12.1", "", "阀门", "1.2"),
    ("RQ2", f"{NORTH}", f"{EAST + 50}", "12.0", "弯头", "", "1.2"),
    ("RQ3", f"{NORTH + 40}", f"{EAST + 50}", "11.9", "三通", "", "1.3"),
    ("RQ4", f"{NORTH + 80}", f"{EAST + 50}", "11.8", "", "调压箱", "1.1"),
    ("RQ5", f"{NORTH + 40}", f"{EAST + 90}", "11.7", "预留口", "", "1.4"),
)
GAS = ("燃气", "PE", "DN200", "0.4MPa")
LINES: Lines = (
    ("RQ1", "RQ2", *GAS, "1.20", "1.25", "gas_company", "2008年"),
    ("RQ2", "RQ3", *GAS, "1.25", "1.30", "gas_company", "2008年"),
    ("RQ3", "RQ4", *GAS, "1.30", "1.10", "gas_company", "2008年"),
    ("RQ5", "RQ3", "燃气", "PE", "110", "低压", "1.4", "1.3", "gas_company", "2015-05-01"),
)


@pytest.fixture
def keeper(regions: None) -> User:
    usual_bodies(LICANG)
    return make_person("rule_engineer", LICANG)


def book(points: Lines = POINTS, lines: Lines = LINES, titles: tuple[str, str] = ("管点表", "管线表")) -> bytes:
    made = Workbook(write_only=True)
    for title, head, rows in ((titles[0], POINT_HEAD, points), (titles[1], LINE_HEAD, lines)):
        sheet = made.create_sheet(title)
        sheet.append(["李沧区地下管线普查成果"])
        for row in (head, *rows):
            sheet.append(list(row))
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def give(by: User, content: bytes | None = None, name: str = "survey.xlsx") -> TableImport:
    return given(by, KIND, content or book(), region=LICANG, now=AT, name=name)


def verdicts(rows: Sequence[Row]) -> dict[str, str]:
    return {
        row.cells.get("point") or f"{row.cells.get('from_node')}-{row.cells.get('to_node')}": row.verdict.value for row in rows
    }


def changed(rows: Lines, at: int, **cells: str) -> Lines:
    heads = {
        "point": 0,
        "x": 1,
        "y": 2,
        "feature": 4,
        "appurtenance": 5,
        "begin": 0,
        "end": 1,
        "kind": 2,
        "diameter": 4,
        "pressure": 5,
    }
    row = list(rows[at])
    for name, text in cells.items():
        row[heads[name]] = text
    return (*rows[:at], tuple(row), *rows[at + 1 :])


def test_points_and_lines_become_a_network(keeper: User, english: None) -> None:
    made = give(keeper)
    assert verdicts(judged_now(made, AT)) == {
        **{"RQ1": "new", "RQ2": "used", "RQ3": "new", "RQ4": "new", "RQ5": "new"},
        **{"RQ1-RQ2": "new", "RQ2-RQ3": "used", "RQ3-RQ4": "new", "RQ5-RQ3": "new"},
    }
    assert taken(made, AT).state is ImportState.TAKEN
    kinds = dict(Asset.objects.values_list("code", "kind"))
    assert kinds == {
        **{"RQ1": "valve", "RQ3": "junction", "RQ4": "gas_regulator", "RQ5": "junction"},
        **{"RQ1-RQ3": "gas_main", "RQ3-RQ4": "gas_main", "RQ5-RQ3": "gas_main"},
    }
    main = Asset.objects.get(code="RQ1-RQ3")
    assert (main.from_code, main.to_code, len(main.geometry["coordinates"])) == ("RQ1", "RQ3", 3)
    assert (main.diameter_mm, main.nominal_pressure_kpa, main.installed, main.owner_code) == (200, 400, 2008, "gas_company")
    assert (main.properties["survey_points"], main.depth_m) == (["RQ1", "RQ2", "RQ3"], 1.25)
    assert Asset.objects.get(code="RQ5-RQ3").properties["pressure_class"] == "低压"
    lon, lat = main.geometry["coordinates"][0]
    assert (round(lon, 4), round(lat, 4)) == (120.2134, 36.1589)
    network = queries.network(LICANG)
    junction = network.position["RQ3"]
    assert {network.codes[one] for one in network.ways.into(junction)[0]} == {"RQ1-RQ3", "RQ3-RQ4", "RQ5-RQ3"}
    assert not network.is_space[junction], "no room around a tee"


def test_the_same_file_again_changes_nothing_and_a_difference_is_shown(keeper: User, english: None) -> None:
    taken(give(keeper), AT)
    assert {row.verdict for row in judged_now(give(keeper), LATER)} == {ImportVerdict.SAME, ImportVerdict.USED}
    lines = changed(changed(LINES, 0, diameter="250"), 1, diameter="250")
    other = give(keeper, book(POINTS, lines))
    assert verdicts(judged_now(other, LATER))["RQ1-RQ2"] == "changed"
    (told,) = [row.changes for row in judged_now(other, LATER) if row.changes]
    assert [tuple(one) for one in told] == [("diameter", "200", "250")]
    moved = give(keeper, book(changed(POINTS, 1, x=f"{NORTH - 5}")))
    (told,) = [row.changes for row in judged_now(moved, LATER) if row.changes]
    assert [one.column for one in told] == ["from_node"], "a corner moved: the line's course is another"


def test_it_is_undone_whole(keeper: User, english: None) -> None:
    made = taken(give(keeper), AT)
    undo_file(actor=keeper, import_id=made.pk, now=LATER)
    assert not Asset.objects.exists()


WRONG: Mapping[str, tuple[bytes, str, str, str]] = {
    "an unknown point": (book(POINTS, changed(LINES, 3, end="RQ9")), "RQ5-RQ9", "to_node", "no point RQ9"),
    "a point that none uses": (book((*POINTS, ("RQ6", *POINTS[0][1:]))), "RQ6", "point", "No line leads"),
    "a point twice": (book((*POINTS, POINTS[4])), "RQ5", "point", "管点表 7 has the same"),
    "no length": (book(changed(POINTS, 4, x=f"{NORTH + 40}", y=f"{EAST + 50}")), "RQ5-RQ3", "to_node", "no length"),
    "to itself": (book(POINTS, (*LINES, ("RQ5", "RQ5", *LINES[3][2:]))), "RQ5-RQ5", "to_node", "at which it begins"),
    "a line twice": (book(POINTS, (*LINES, ("RQ3", "RQ5", *LINES[3][2:]))), "RQ3-RQ5", "to_node", "管线表 6 tells the same"),
    "far apart": (book(changed(POINTS, 4, x=f"{NORTH + 40_000}")), "RQ5-RQ3", "to_node", "m apart"),
    "no zone": (book(changed(POINTS, 0, y="519200")), "RQ1", "y", "central_meridian_deg"),
    "no place": (book(changed(POINTS, 0, x="120.4", y="36.1")), "RQ1", "x", "northing"),
    "no number": (book(changed(POINTS, 0, x="北")), "RQ1", "x", "can't be read"),
    "an unknown object": (book(changed(POINTS, 0, appurtenance="宫殿")), "RQ1", "appurtenance", "lifelines.survey"),
    "an unknown class": (book(POINTS, changed(LINES, 3, kind="蒸汽")), "RQ5-RQ3", "line_kind", "燃气"),
    "a pressure without unit": (book(POINTS, changed(LINES, 3, pressure="0.4")), "RQ5-RQ3", "pressure", "0.4MPa"),
    "a diameter that is none": (book(POINTS, changed(LINES, 3, diameter="粗")), "RQ5-RQ3", "diameter", "DN200"),
    "a line with a wrong member": (book(POINTS, changed(LINES, 1, end="RQ9")), "RQ1-RQ2", "from_node", "管线表 4"),
    "a line with a wrong corner": (book(changed(POINTS, 1, x="?")), "RQ1-RQ2", "from_node", "管点表 4"),
}


def test_every_error_is_told_by_its_row_and_column(keeper: User, english: None) -> None:
    for name, (content, which, column, words) in WRONG.items():
        rows = judged_now(give(keeper, content), AT)
        told = [
            one
            for row in rows
            if which in (row.cells.get("point"), f"{row.cells.get('from_node')}-{row.cells.get('to_node')}")
            for one in row.problems
        ]
        assert [one for one in told if one.column == column and words in one.text], (name, told)


def test_two_tables_in_a_zip_and_the_class_in_the_title(keeper: User, english: None) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name, head, rows in (
            ("管点.csv", POINT_HEAD, POINTS),
            ("燃气管线.csv", LINE_HEAD, [(*r[:2], "", *r[3:]) for r in LINES]),
        ):
            archive.writestr(name, "\n".join(",".join(row) for row in (head, *rows)).encode("gb18030"))
    rows = judged_now(give(keeper, packed.getvalue(), "survey.zip"), AT)
    assert sum(row.verdict is ImportVerdict.NEW for row in rows) == 7
    assert rows[-1].where == "燃气管线.csv 5"
    with pytest.raises(InvalidInput, match="1 to 20 tables"):
        give(keeper, _zip_of("picture.png"), "survey.zip")


def _zip_of(name: str) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr(name, b"x")
    return packed.getvalue()


def test_a_later_survey_goes_on_from_the_network_and_never_lies_twice(keeper: User, english: None) -> None:
    taken(give(keeper), AT)
    further = (("RQ7", f"{NORTH + 40}", f"{EAST + 130}", "", "", "阀门", ""),)
    rows = judged_now(give(keeper, book(further, (("RQ5", "RQ7", *LINES[3][2:]),))), LATER)
    assert [row.verdict.value for row in rows] == ["new", "new"]
    tee = changed(POINTS, 1, feature="三通")
    rows = judged_now(give(keeper, book(tee, LINES)), LATER)
    wrong = {row.name.split()[0]: row.problems[0].text for row in rows if row.problems}
    assert wrong.keys() == {"RQ1-RQ2", "RQ2-RQ3"}
    assert "Line RQ1-RQ3 of the network" in wrong["RQ1-RQ2"]


SECTIONS = st.lists(
    st.builds(Section, st.sampled_from("abcdef"), st.sampled_from("abcdef"), st.just(()), st.booleans()).filter(
        lambda one: one.begin != one.end
    ),
    max_size=9,
)


@pytest.mark.one_database
@each(SECTIONS, st.sets(st.sampled_from("abcdef")))
def test_runs_take_every_line_once_and_touch_its_points(sections: list[Section], passed: set[str]) -> None:
    found = runs(sections, passed.__contains__)
    assert sorted(number for run in found for number in run.sections) == list(range(len(sections)))
    for run in found:
        assert len(run.points) == len(run.sections) + 1
        for number, pair in zip(run.sections, zip(run.points, run.points[1:], strict=False), strict=True):
            one = sections[number]
            assert {one.begin, one.end} == set(pair)
            assert not one.directed or (one.begin, one.end) == pair, "along the flow"
        assert set(run.points[1:-1]) <= passed
