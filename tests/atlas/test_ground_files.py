"""The ground from a city's own files: which part a layer is, what can't be read, who exchanges it, how the old one stays."""

import json
import shutil
from collections.abc import Iterator, Sequence
from html import unescape
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pyogrio
import pytest
import shapely
from click.testing import CliRunner
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.languages import english  # noqa: F401 - texts are compared in English
from tests.pages import words_of
from tests.people import LICANG, QINGDAO, SHINAN, YANTAI, make_named_person, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.atlas.layers.policy import map_policy
from tocsin.atlas.layers.queries.ground import ground, ground_about, ground_version, region_of_ground
from tocsin.atlas.layers.rules.ground_tables import GroundWords, TableReader
from tocsin.atlas.layers.services.ground import GroundFile, UnreadGround, load_ground
from tocsin.atlas.layers.services.notices import texts as notice_texts
from tocsin.atlas.layers.shown.ground import describe_faults
from tocsin.base.datums import Datum, convert
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.people.models import User
from tocsin.notices.messages.models import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.workshop.commands.load import load as load_command

SQUARE = shapely.box(120.40, 36.10, 120.41, 36.11)
LINE = shapely.linestrings([[120.40, 36.10], [120.45, 36.15]])
BOW_TIE = shapely.from_wkt("POLYGON ((120.4 36.1, 120.42 36.12, 120.42 36.1, 120.4 36.12, 120.4 36.1))")
GAUSS_KRUEGER = "EPSG:4528"


def words() -> GroundWords:
    policy = map_policy().ground
    return GroundWords(
        policy.parts, policy.kinds, {one: getattr(policy.columns, one) for one in ("part", "kind", "name", "name_en")}
    )


def read(file: str, shapes: Sequence[object], layer: str = "", **columns: list[str | None]) -> TableReader:
    reader = TableReader(words(), Datum.CGCS2000)
    reader.read(file, layer, columns, np.array(shapes, dtype=object))
    return reader


@pytest.mark.parametrize(
    ("file", "layer", "part"),
    [
        ("青岛市建筑轮廓2025.shp.zip", "", "building"),
        ("base.gpkg", "水系面", "water"),
        ("gis_osm_railways_free_1.geojson", "", "rail"),
        ("gis_osm_roads_free_1.geojson", "", "road"),
        ("parks.geojson", "", "park"),
        ("buildings of the parks.geojson", "", "building"),
    ],
)
def test_a_layer_belongs_to_the_part_of_which_its_name_speaks(file: str, layer: str, part: str) -> None:
    shape = LINE if part in ("road", "rail") else SQUARE
    found = read(file, [shape], layer, 道路等级=["主干路"])
    assert [one.part for one in found.features] == [part]
    assert not found.faults


@pytest.mark.parametrize(
    ("file", "told", "kind"),
    [
        ("道路.geojson", "快速路", "trunk"),
        ("道路.geojson", "secondary_link", "major"),
        ("roads.geojson", "MINOR", "minor"),
        ("用地.geojson", "R2", "residential"),
        ("blocks.geojson", "公共管理与公共服务用地", "public"),
        ("buildings.geojson", "厂房", "industrial"),
        ("buildings.geojson", "a word that nobody knows", ""),
        ("lakes.geojson", None, ""),
    ],
)
def test_kinds_are_understood_in_the_words_of_offices(file: str, told: str | None, kind: str) -> None:
    shape = LINE if "road" in file or "道路" in file else SQUARE
    found = read(file, [shape], 类型=[told], 名称=["  香港  中路 "])
    assert [(one.kind, one.name, one.name_en) for one in found.features] == [(kind, "香港 中路", "香港 中路")]


@pytest.mark.parametrize(
    ("file", "shapes", "columns", "faults"),
    [
        ("map.geojson", [SQUARE], {}, [(0, "no_part")]),
        ("map.geojson", [SQUARE], {"part": ["swamp"]}, [(1, "unknown_part")]),
        (
            "roads.geojson",
            [LINE, LINE, LINE],
            {"kind": ["trunk", "alley", None]},
            [(2, "unknown_kind"), (3, "unknown_kind")],
        ),
        ("parks.geojson", [SQUARE, None, LINE], {}, [(2, "no_shape"), (3, "other_shape")]),
        ("parks.geojson", [shapely.box(5e5, 4e6, 5.1e5, 4.1e6)], {}, [(1, "outside")]),
        ("parks.geojson", [], {}, [(0, "no_shapes")]),
    ],
)
def test_what_cannot_be_read_is_told_by_row(
    file: str, shapes: list[object], columns: dict[str, list[str | None]], faults: list[tuple[int, str]]
) -> None:
    found = read(file, shapes, **columns)
    assert [(one.row, one.code) for one in found.faults] == faults
    assert all(one.text for one in describe_faults(found.faults))


def test_an_area_whose_edges_cross_is_mended() -> None:
    (one,) = read("park.geojson", [BOW_TIE]).features
    assert one.geometry.is_valid and one.geometry.area == pytest.approx(0.0002)


def test_places_of_another_datum_are_moved_back() -> None:
    there = convert(shapely.get_coordinates(SQUARE), Datum.CGCS2000, Datum.GCJ02)
    reader = TableReader(words(), Datum.GCJ02)
    reader.read("park", "", {}, np.array([shapely.polygons(there)], dtype=object))
    assert np.abs(shapely.get_coordinates(reader.features[0].geometry) - shapely.get_coordinates(SQUARE)).max() < 1e-7


def geojson(name: str, *features: tuple[object, dict[str, str]]) -> GroundFile:
    told = [{"type": "Feature", "geometry": shapely.geometry.mapping(shape), "properties": row} for shape, row in features]
    return GroundFile(name, json.dumps({"type": "FeatureCollection", "features": told}).encode())


def geopackage(folder: Path) -> GroundFile:
    """Two layers, one of them in metres."""
    path = folder / "city.gpkg"
    metres = shapely.box(40_520_000, 4_000_000, 40_520_100, 4_000_100)
    for number, (layer, shape, crs) in enumerate((("公园", metres, GAUSS_KRUEGER), ("水系", SQUARE, "EPSG:4490"))):
        column = [np.array(["李村公园"], dtype=object)]
        told = {"geometry_type": "Polygon", "crs": crs, "layer": layer, "append": number > 0}
        pyogrio.raw.write(str(path), np.array([shapely.to_wkb(shape)], dtype=object), column, ["名称"], **told)
    return GroundFile("city.gpkg", path.read_bytes())


def shapefile(folder: Path) -> GroundFile:
    """Roads, zipped, in GBK without saying so."""
    names = [np.array([one], dtype=object) for one in ("京口路", "主干路")]
    told = {"geometry_type": "LineString", "crs": "EPSG:4326", "encoding": "GBK"}
    pyogrio.raw.write(str(folder / "r.shp"), np.array([shapely.to_wkb(LINE)], dtype=object), names, ["名称", "道路等级"], **told)
    packed = BytesIO()
    with ZipFile(packed, "w") as parts:
        for suffix in ("shp", "shx", "dbf", "prj"):
            parts.write(folder / f"r.{suffix}", f"r.{suffix}")
    return GroundFile("市区道路.zip", packed.getvalue())


@pytest.fixture
def keeper(db: None) -> User:
    return make_person("system_administrator", organisation="monitoring_centre")


@pytest.fixture(autouse=True)
def no_ground_before_and_after() -> Iterator[None]:
    """Pages and programs keep it in the data folder, which tests share."""
    folder = settings.CONFIGURATION.data / "ground"
    shutil.rmtree(folder, ignore_errors=True)
    yield
    shutil.rmtree(folder, ignore_errors=True)


def put(keeper: User, folder: Path, *files: GroundFile, keep_others: bool = False) -> dict[str, int]:
    made = load_ground(
        actor=keeper, files=files, datum=Datum.CGCS2000, keep_others=keep_others, folder=folder, now=timezone.now()
    )
    return made.parts


def test_files_of_all_formats_together_are_the_ground(keeper: User, tmp_path: Path) -> None:
    folder = tmp_path / "ground"
    files = geopackage(tmp_path), shapefile(tmp_path), geojson("建筑.geojson", (SQUARE, {}), (SQUARE, {"类型": "住宅"}))
    assert put(keeper, folder, *files) == {"park": 1, "water": 1, "road": 1, "building": 2}
    city = ground(folder)
    assert city is not None
    park, road = (next(one for one in city.features if one.part == part) for part in ("park", "road"))
    assert (road.kind, road.name) == ("major", "京口路")
    assert park.geometry.centroid.x == pytest.approx(120.22, abs=0.1) and park.geometry.centroid.y == pytest.approx(36.1, abs=0.1)
    about = ground_about(folder)
    assert about is not None and list(about.files) == ["city.gpkg", "市区道路.zip", "建筑.geojson"]
    told = AuditEntry.objects.get(action="map.ground_loaded")
    assert (told.region_code, told.details["features"], told.details["files"]) == (LICANG, 5, about.files)


def test_what_the_files_leave_out_stays_where_that_is_asked(keeper: User, tmp_path: Path) -> None:
    put(keeper, tmp_path, geojson("parks.geojson", (SQUARE, {})), geojson("lakes.geojson", (SQUARE, {})))
    assert put(keeper, tmp_path, geojson("parks.geojson", (SQUARE, {}), (SQUARE, {})), keep_others=True) == {
        "park": 2,
        "water": 1,
    }
    about = ground_about(tmp_path)
    assert about is not None and about.kept == ("water",)
    assert put(keeper, tmp_path, geojson("parks.geojson", (SQUARE, {}))) == {"park": 1}


def test_a_row_that_cannot_be_read_leaves_the_old_ground(keeper: User, tmp_path: Path) -> None:
    put(keeper, tmp_path, geojson("parks.geojson", (SQUARE, {})))
    before = ground_version(tmp_path)
    files = geojson("lakes.geojson", (SQUARE, {}), (LINE, {})), GroundFile("plan.zip", b"PK\x03\x04 no archive")
    with pytest.raises(UnreadGround, match="2 rows can't be read") as told:
        put(keeper, tmp_path, *files)
    assert [(one.file, one.row) for one in told.value.faults] == [("plan.zip", 0), ("lakes.geojson", 2)]
    assert ground_version(tmp_path) == before
    assert AuditEntry.objects.filter(action="map.ground_loaded").count() == 1
    with pytest.raises(InvalidInput):
        put(keeper, tmp_path)


@pytest.mark.parametrize(
    ("regions", "region"),
    [
        ((), "000000"),
        ((LICANG,), LICANG),
        ((LICANG, SHINAN), QINGDAO),
        ((LICANG, QINGDAO), QINGDAO),
        ((LICANG, YANTAI), "370000"),
    ],
)
@pytest.mark.django_db
def test_the_ground_is_of_the_smallest_region_where_all_people_work(
    regions: tuple[str, ...], region: str, tmp_path: Path
) -> None:
    people = [
        make_named_person(f"keeper-{one}", "system_administrator", usual_bodies(one)["emergency_bureau"], one) for one in regions
    ]
    assert region_of_ground() == region
    if region != LICANG:
        with pytest.raises(NotAllowed):
            put((people or [make_person("system_administrator")])[0], tmp_path, geojson("parks.geojson", (SQUARE, {})))


def test_the_page_shows_what_is_wrong_and_what_is_there(keeper: User) -> None:
    client = signed_in(keeper)
    assert signed_in(make_person("duty_officer")).get("/map/ground/").status_code == 403
    wrong, right = geojson("roads.geojson", (LINE, {"kind": "alley"})), geojson("parks.geojson", (SQUARE, {}))

    def send(one: GroundFile) -> tuple[int, str]:
        told = {"datum": "cgcs2000", "files": [SimpleUploadedFile(one.name, one.content)]}
        answer = client.post("/map/ground/load/", told, follow=True)
        return answer.status_code, unescape(" ".join(words_of(answer.content.decode())))

    status, text = send(wrong)
    assert status == 400
    assert "roads.geojson – 1 the kind ' alley' of a road is unknown" in text
    assert "no files of the city have been loaded" in text
    status, text = send(right)
    assert status == 200
    assert "1 feature is the ground of the map now." in text and "parks 1" in text
    assert 'href="/map/ground/"' in client.get("/map/").content.decode()


def test_programs_do_the_same(keeper: User) -> None:
    client = signed_in(keeper)

    def send(one: GroundFile) -> dict[str, object]:
        told = {"datum": "gcj02", "files": [SimpleUploadedFile(one.name, one.content)]}
        return dict(client.post("/api/v1/atlas/ground", told).json())

    refused = send(geojson("roads.geojson", (LINE, {})))
    assert (refused["loaded"], refused["ground"], refused["fault_count"]) == (False, None, 1)
    assert send(geojson("parks.geojson", (SQUARE, {})))["loaded"] is True
    told = client.get("/api/v1/atlas/ground").json()["ground"]
    assert (told["features"], told["datum"], told["parts"][0]["part"]) == (1, "gcj02", "park")
    assert signed_in(make_person("duty_officer")).get("/api/v1/atlas/ground").status_code == 403


@pytest.mark.django_db
def test_the_command_tells_rows_and_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.workshop.commands.load.prepare_database", lambda: "")
    monkeypatch.setenv("TOCSIN_DATA", str(tmp_path))
    for one in (geojson("lakes.geojson", (SQUARE, {}), (LINE, {})), geojson("parks.geojson", (SQUARE, {}))):
        (tmp_path / one.name).write_bytes(one.content)
    refused = CliRunner().invoke(load_command, ["ground", str(tmp_path / "lakes.geojson")])
    done = CliRunner().invoke(load_command, ["ground", str(tmp_path / "parks.geojson")])
    assert refused.exit_code != 0 and "lakes.geojson, row 2: a LineString; a water is a Polygon" in refused.output
    assert done.exit_code == 0, done.output
    assert "park               1" in done.output and "1 features are the ground of the map now" in done.output
    assert ground_version(tmp_path / "ground")


def test_everybody_else_who_keeps_the_ground_is_told_once_that_it_is_another(keeper: User, tmp_path: Path) -> None:
    other = make_person("rule_engineer")
    file = geojson("road.geojson", (LINE, {"kind": "primary", "name": "A"}))
    put(keeper, tmp_path, file)
    put(keeper, tmp_path, file)  # the same ground again is no news
    told = Notice.objects.filter(purpose="map_changes")
    assert [one.person_id for one in told] == [other.pk]
    assert "has exchanged the ground of the map: 1 feature." in notice_texts(list(told))[told[0].pk]
