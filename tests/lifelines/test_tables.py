"""Objects of networks from tables and map files: every error at once, differences, points before lines, undone."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pyogrio
import pytest
import shapely
from django.utils import timezone

from tests.engine.drawing import line, point
from tests.languages import english as english
from tests.lifelines.street import street
from tests.people import LICANG, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.datums import Datum
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.models import Asset, NetworkVersion
from tocsin.lifelines.queries import networks as queries
from tocsin.lifelines.rules.tables import HEADINGS
from tocsin.lifelines.services.tables import kind_words
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportState, ImportVerdict, Row
from tocsin.records.imports.services.taking import undo_file
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services import registering

pytestmark = pytest.mark.django_db

AT = datetime_from_ms(1_764_000_000_000)
LATER = AT + timedelta(hours=1)
KIND = "network-objects"
HEAD = "编号,类型,经度,纬度,起点编号,终点编号,权属单位,埋深,管径,建设年份,是否地下,名称\n"
WELLS = (
    "AB,污水管,,,A,B,drainage_bureau,,300,2008,是,\n"
    "A,窨井,120.41,36.15,,,排水,2.4,,1999.0,,一号井\n"
    "B,manhole,120.42,36.15,,,,2.1,,,,\n"
)


@pytest.fixture
def keeper(regions: None) -> User:
    return make_person("rule_engineer", LICANG)


def give(by: User, text: str | bytes, *, name: str = "rows.csv", datum: Datum = Datum.CGCS2000) -> TableImport:
    content = text if isinstance(text, bytes) else (HEAD + text).encode()
    return given(by, KIND, content, region=LICANG, now=AT, name=name, datum=datum)


def judged(by: User, text: str) -> list[Row]:
    return judged_now(give(by, text), AT)


def test_a_table_becomes_a_network_whose_lines_run_between_their_ends(keeper: User, english: None) -> None:
    body = usual_bodies(LICANG)["drainage_bureau"]
    made = give(keeper, WELLS.replace("排水", body.name_zh))
    assert [row.verdict for row in judged_now(made, AT)] == [ImportVerdict.NEW] * 3
    assert taken(made, AT).state is ImportState.TAKEN
    pipe, well = Asset.objects.get(code="AB"), Asset.objects.get(code="A")
    assert pipe.geometry == {"type": "LineString", "coordinates": [[120.41, 36.15], [120.42, 36.15]]}
    assert (pipe.from_code, pipe.to_code, pipe.diameter_mm, pipe.installed, pipe.buried) == ("A", "B", 300, 2008, True)
    assert (well.owner, well.owner_code, well.depth_m, well.installed, well.name) == (body, body.code, 2.4, 1999, "一号井")
    assert (queries.version_of(LICANG), len(queries.network(LICANG))) == (1, 3)
    assert [row.verdict for row in judged(keeper, WELLS.replace("排水", body.name_zh))] == [ImportVerdict.SAME] * 3


ROWS = {
    "no code": (",窨井,120,36,,,,,,,,", {"code"}),
    "no kind": ("A,,120,36,,,,,,,,", {"kind"}),
    "unknown kind": ("A,宫殿,东,36,,,,,,,,", {"kind", "lon"}),
    "no place": ("A,窨井,,,,,,,,,,", {"lon", "lat"}),
    "half a place": ("A,窨井,120,,,,,,,,,", {"lat"}),
    "no numbers": ("A,窨井,东,36,,,,深,粗,,,", {"lon", "depth_m", "diameter_mm"}),
    "not finite": ("A,窨井,nan,36,,,,inf,,,,", {"lon", "depth_m"}),
    "off the earth": ("A,窨井,220,36,,,,,,,,", {"lon"}),
    "no year": ("A,窨井,120,36,,,,,,1066,,", {"installed"}),
    "neither yes nor no": ("A,窨井,120,36,,,,,,,也许,", {"buried"}),
    "a long name": (f"A,窨井,120,36,,,,,,,,{'长' * 121}", {"name"}),
    "a line without ends": ("L,污水管,,,,,,,,,,", {"from_node", "to_node"}),
    "a line to nowhere": ("L,污水管,,,X,Y,,,,,,", {"from_node", "to_node"}),
    "all of it": (
        f"A,窨井,东,95,,,,深,粗,年,也许,{'长' * 121}",
        {"lon", "depth_m", "diameter_mm", "installed", "buried", "name"},
    ),
}


def test_every_error_is_told_by_its_column(keeper: User, english: None) -> None:
    for name, (text, columns) in ROWS.items():
        (row,) = judged(keeper, text + "\n")
        assert (row.verdict, {one.column for one in row.problems}) == (ImportVerdict.WRONG, columns), (name, row.problems)


def test_a_line_is_wrong_with_its_end(keeper: User, english: None) -> None:
    pipe, well, _ = judged(keeper, WELLS.replace("120.41,36.15", "120.41,"))
    assert [one.column for one in well.problems] == ["lat"]
    assert pipe.problems[0] == ("from_node", "The row of this end, line 3, is wrong: mend it first.")
    first, second = judged(keeper, "A,窨井,120,36,,,,,,,,\nA,窨井,120,36,,,,,,,,\n")
    assert (first.verdict, [one.column for one in second.problems]) == (ImportVerdict.NEW, ["code"])


def test_differences_are_shown_and_an_empty_cell_erases_nothing(loaded: None, keeper: User, english: None) -> None:
    made = give(keeper, "A,manhole,,,,,,9.5,,,,\nAB,sewer,,,,,,,450,,,\nC,污水管,,,,,,,,,,\n")
    well, pipe, wrong = judged_now(made, AT)
    assert [tuple(one) for one in well.changes] == [("depth_m", "", "9.5")]
    assert [tuple(one) for one in pipe.changes] == [("diameter_mm", "300", "450")]
    assert "can't become a line" in wrong.problems[0].text
    before = dict(Asset.objects.values_list("code", "owner_code"))
    taken(made, AT, leave_wrong=True)
    assert (Asset.objects.get(code="A").depth_m, Asset.objects.get(code="AB").diameter_mm) == (9.5, 450)
    assert dict(Asset.objects.values_list("code", "owner_code")) == before
    undo_file(actor=keeper, import_id=made.pk, now=AT)
    assert (Asset.objects.get(code="A").depth_m, Asset.objects.get(code="AB").diameter_mm) == (None, 300)
    assert queries.version_of(LICANG) == 3


def collection(features: list[dict[str, Any]]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_geojson_is_read_as_the_command_reads_it(keeper: User, english: None) -> None:
    made = give(keeper, collection(street()), name="street.geojson")
    assert [row.verdict for row in judged_now(made, AT)] == [ImportVerdict.NEW] * 6
    taken(made, AT)
    assert Asset.objects.get(code="BC").diameter_mm == 400
    assert len(queries.network(LICANG)) == 6
    wrong = [point("X", "sewer", 0, 0), line("AC", "manhole", street()[0], street()[1])]
    rows = judged_now(give(keeper, collection(wrong), name="wrong.geojson"), AT)
    assert [[one.column for one in row.problems] for row in rows] == [["lon"], ["lon"]]


def test_shapes_of_another_datum_are_moved(keeper: User) -> None:
    pipe = {"type": "LineString", "coordinates": [[121.531542, 31.175304], [121.54, 31.175304]]}
    feature = {"type": "Feature", "geometry": pipe, "properties": {"id": "L", "kind": "sewer"}}
    taken(give(keeper, collection([feature]), name="a.geojson", datum=Datum.GCJ02), AT)
    lon, lat = Asset.objects.get().geometry["coordinates"][0]
    assert (round(lon, 5), round(lat, 5)) == (121.52721, 31.17743)


@pytest.mark.one_database
@pytest.mark.parametrize("form", ["gpkg", "shp"])
def test_map_files_are_read_in_degrees(keeper: User, tmp_path: Path, form: str, english: None) -> None:
    """A line in the metres of CGCS2000 / Gauss-Kruger, zone of 120 degrees east."""
    shape = shapely.LineString([(538_000.0, 4_002_000.0), (538_100.0, 4_002_000.0)])
    columns = [np.array([value], dtype=object) for value in ("P-1", "污水管", "300")]
    told: dict[str, Any] = {"geometry_type": "LineString", "crs": "EPSG:4549"}
    pyogrio.raw.write(
        str(tmp_path / f"a.{form}"), np.array([shapely.to_wkb(shape)], object), columns, ["编号", "类型", "管径"], **told
    )
    content = (tmp_path / f"a.{form}").read_bytes()
    if form == "shp":
        with ZipFile(tmp_path / "a.zip", "w") as archive:
            for one in tmp_path.glob("a.[!z]*"):
                archive.write(one, one.name)
        content = (tmp_path / "a.zip").read_bytes()
    made = give(keeper, content, name=f"a.{form}")
    [row] = judged_now(made, AT)
    assert (row.problems, row.verdict) == ([], ImportVerdict.NEW)
    taken(made, AT)
    pipe = Asset.objects.get()
    assert (round(pipe.lon, 2), round(pipe.lat, 2), pipe.diameter_mm) == (120.42, 36.15, 300)


def test_a_broken_map_file_is_refused_in_words(keeper: User, english: None) -> None:
    with pytest.raises(InvalidInput, match="can't be read"):
        give(keeper, b"SQLite format 3\0" + b"x" * 52 + b"GPKG" + b"\0" * 400, name="a.gpkg")


def test_what_something_builds_on_is_not_undone(keeper: User, english: None) -> None:
    first = give(keeper, WELLS)
    taken(first, AT)
    second = give(keeper, "C,窨井,120.43,36.15,,,,,,,,\nBC,污水管,,,B,C,,,,,,\n")
    taken(second, LATER)
    with pytest.raises(Conflict, match="Line BC ends at"):
        undo_file(actor=keeper, import_id=first.pk, now=LATER)
    undo_file(actor=keeper, import_id=second.pk, now=LATER)
    sensor = NewSensor(device_code="W", channel="level", quantity="level", lon=120.41, lat=36.15, asset_code="A")
    registering.register_many(actor=system_actor(), devices=[NewDevice(code="W", region_code=LICANG)], sensors=[sensor])
    with pytest.raises(Conflict, match="are at A"):
        undo_file(actor=keeper, import_id=first.pk, now=LATER)
    assert set(Asset.objects.values_list("code", flat=True)) == {"A", "B", "AB"}


def test_a_later_file_is_undone_first(keeper: User, english: None) -> None:
    first = give(keeper, WELLS)
    taken(first, AT)
    second = give(keeper, "A,窨井,,,,,,3.5,,,,\n", name="later.csv")
    taken(second, LATER)
    with pytest.raises(Conflict, match=r"later\.csv, which was taken over later, has the same in line 2"):
        undo_file(actor=keeper, import_id=first.pk, now=LATER)
    undo_file(actor=keeper, import_id=second.pk, now=LATER)
    undo_file(actor=keeper, import_id=first.pk, now=LATER)
    assert not Asset.objects.exists()


def test_a_load_by_command_is_waited_for(keeper: User, english: None) -> None:
    made = give(keeper, WELLS)
    later = timezone.now() + timedelta(seconds=30)
    NetworkVersion.objects.create(region_code=LICANG, changed_at=AT, importing_until=later)
    taken(made, AT)
    made.refresh_from_db()
    assert (made.state, "is running" in made.trouble, Asset.objects.exists()) == (ImportState.TAKING, True, False)


@pytest.mark.one_database
def test_headings_and_kinds_are_told_apart() -> None:
    words = [word for names in HEADINGS.values() for word in names]
    assert len(words) == len(set(words))
    told = kind_words()
    assert (told["检查井"], told["manhole"], told["gas main"]) == ("manhole", "manhole", "gas_main")


def test_the_page_leads_to_the_kind_and_only_who_may(keeper: User) -> None:
    assert "/imports/to/network-objects/" in signed_in(keeper).get("/lifelines/assets/").content.decode()
    viewer = signed_in(make_person("viewer", LICANG))
    assert "/imports/to/network-objects/" not in viewer.get("/lifelines/assets/").content.decode()
    assert viewer.get("/imports/to/network-objects/").status_code == 403
