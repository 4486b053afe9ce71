"""Web Feature Services: whole through pages, in degrees, and refused in words where they are not as they say."""

import json
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import shapely

from tests.atlas.connectors.policies import LOOPBACK
from tests.atlas.connectors.server import Department
from tests.atlas.connectors.wfs_server import COUNT, EXCEPTION, GEOSERVER, NAMES, Service
from tests.atlas.resources.files import NOW, registered, steward
from tocsin.atlas.connectors.rules.sources import WfsSource, read_source
from tocsin.atlas.connectors.rules.wfs import wanted_systems, weigh_page
from tocsin.atlas.connectors.services.fetching import fetch_due
from tocsin.atlas.connectors.services.settings import NewSettings, configure_connector
from tocsin.atlas.connectors.services.sources import wfs
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched
from tocsin.atlas.connectors.services.sources.wfs import fetch_wfs
from tocsin.atlas.connectors.services.trying import try_source
from tocsin.atlas.resources.models import Delivery
from tocsin.atlas.resources.queries.rows import rows_of
from tocsin.base.errors import InvalidInput
from tocsin.engine.deliveries.files import read_delivery
from tocsin.engine.deliveries.profile import Delivery as Table
from tocsin.engine.deliveries.vector_files import is_vector_file, read_layer
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.services.downloads import Limits

JSON = ("application/gml+xml; version=3.2", "application/json", "text/javascript")
METRES = "urn:ogc:def:crs:EPSG::4549"


@pytest.fixture(autouse=True)
def _pages_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "PAGE", 5)


def serve(there: Department, **told: object) -> WfsSource:
    service = Service(there.url, **told)  # type: ignore[arg-type]
    there.answers["/wfs"] = service.answer
    return WfsSource(url=f"{there.url}/wfs", feature_type="hydrants")


def fetch(source: WfsSource, into: Path, *, most: int = 10_000_000, trial: bool = False, pages: int = 100) -> Fetched:
    limits = Limits(most, time.monotonic() + 30, LOOPBACK)
    return fetch_wfs(source, Errand(into=into, limits=limits, most_pages=pages, trial=trial))


def read(path: Path) -> Table:
    content = path.read_bytes()
    return read_layer(content) if is_vector_file(content) else read_delivery(content)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"tells_matched": False},
        {"limit": 3},
        {"formats": JSON},
        {"formats": JSON, "tells_matched": False},
        {"version": "1.1.0"},
        {"version": "1.1.0", "system": "EPSG:4326"},
        {"version": "1.1.0", "formats": ("text/xml; subtype=gml/3.1.1", "geojson")},
        {"version": "1.1.0", "limit": 4},
        {"system": METRES},
        {"system": METRES, "formats": JSON},
        {"system": METRES, "computes": False},
        {"system": METRES, "computes": False, "formats": JSON},
    ],
    ids=str,
)
def test_a_type_comes_whole_and_in_degrees(told: dict[str, object], there: Department, tmp_path: Path) -> None:
    came = fetch(serve(there, **told), tmp_path / "file")
    found = read(tmp_path / "file")
    assert not came.more
    assert found.cells["编号"].to_list() == NAMES
    assert [float(text) for text in found.cells["flow"].to_list()] == [number / 2 for number in range(COUNT)]
    assert {"lowerCorner", "upperCorner"}.isdisjoint(found.cells.columns)
    assert found.shapes is not None
    places = shapely.get_coordinates(found.shapes)
    assert (places[:, 0].min() > 119.99, places[:, 0].max() < 120.3) == (True, True)
    assert (places[:, 1].min() > 36.0, places[:, 1].max() < 36.2) == (True, True)
    assert {one.path for one in there.asked} == {"/wfs"}  # GDAL asked for no schema


def test_the_same_features_are_the_same_bytes(there: Department, tmp_path: Path) -> None:
    source = serve(there)
    fetch(source, tmp_path / "first")
    fetch(source, tmp_path / "second")
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_a_trial_asks_for_one_page(there: Department, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wfs, "TRIAL_PAGE", 4)
    assert fetch(serve(there), tmp_path / "file", trial=True).more
    assert len(read(tmp_path / "file").cells) == 4
    assert len(there.asked) == 2


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"ignores_start": True}, "the pages of the service overlap"),
        ({"ignores_start": True, "formats": JSON}, "the pages of the service overlap"),
        ({"lost": 4}, "says that it has 23 features, and only 19 came"),
        ({"version": "1.1.0", "lost": 4}, "says that it has 23 features, and only 19 came"),
    ],
    ids=str,
)
def test_a_service_that_is_not_as_it_says(told: dict[str, object], words: str, there: Department, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=words):
        fetch(serve(there, **told), tmp_path / "file")


REPORT = EXCEPTION.format(code="NoApplicableCode", place="", words="Cannot do natural order without a primary key")
TYPED = '<!DOCTYPE a [<!ENTITY b "c">]>'
OLD = '<WFS_Capabilities version="1.0.0" xmlns="http://www.opengis.net/wfs"/>'
SERVICE = GEOSERVER.format(formats="", system="urn:ogc:def:crs:EPSG::4326")
COLLECTION = '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" numberMatched="9">%s</wfs:FeatureCollection>'


@pytest.mark.parametrize(
    ("capabilities", "features", "words"),
    [
        (SERVICE, REPORT, "the service refuses: NoApplicableCode Cannot do natural order without a primary key"),
        (SERVICE, COLLECTION % "<wfs:truncatedResponse/>", "broke off in the middle"),
        (SERVICE, COLLECTION[:60], "is no XML that can be read"),
        (SERVICE, TYPED + COLLECTION % "", "has a document type"),
        (SERVICE, (TYPED + COLLECTION % "").encode("utf-16"), "has a document type"),
        (SERVICE, "<html/>", "answers with <html>, not with features"),
        (SERVICE, "", "is no XML that can be read"),
        (TYPED + SERVICE.partition("?>")[2], "", "has a document type"),
        (OLD, "", r"speaks WFS 1\.0\.0"),
        (REPORT, "", "not with the capabilities"),
        ("<html><body>hello</body></html>", "", "answers with <html>, not with the capabilities"),
        ("{}", "", "is no XML that can be read"),
    ],
)
def test_documents_that_are_none(capabilities: str, features: str | bytes, words: str, there: Department, tmp_path: Path) -> None:
    told = {
        "GetCapabilities": capabilities.encode(),
        "GetFeature": features if isinstance(features, bytes) else features.encode(),
    }
    there.answers["/wfs"] = lambda asked: (200, {}, told[asked.query["request"][0]])
    with pytest.raises(Unreadable, match=words):
        fetch(WfsSource(url=f"{there.url}/wfs", feature_type="hydrants"), tmp_path / "file")


def test_a_report_comes_with_a_status_of_its_own(there: Department, tmp_path: Path) -> None:
    there.put("/wfs", EXCEPTION.format(code="VersionNegotiationFailed", place="acceptVersions", words="no").encode(), 400)
    with pytest.raises(Unreadable, match=r"refuses: VersionNegotiationFailed \(acceptVersions\) no"):
        fetch(WfsSource(url=f"{there.url}/wfs", feature_type="a"), tmp_path / "file")
    there.put("/wfs", b"<html>login</html>", 401)
    with pytest.raises(Unreadable, match="refuses this login"):
        fetch(WfsSource(url=f"{there.url}/wfs", feature_type="a"), tmp_path / "file")


def test_a_type_that_is_not_there(there: Department, tmp_path: Path) -> None:
    serve(there)
    with pytest.raises(Unreadable, match="no feature type of this name; it has: qd:hydrants, qd:pumps"):
        fetch(WfsSource(url=f"{there.url}/wfs", feature_type="qd:wells"), tmp_path / "file")


def test_bytes_and_pages_have_a_budget(there: Department, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="sends more than"):
        fetch(serve(there), tmp_path / "file", most=5_000)
    with pytest.raises(Unreadable, match="more than 3 pages"):
        fetch(serve(there), tmp_path / "file", pages=3)


def test_a_question_in_the_address_is_replaced_and_the_rest_stays(there: Department, tmp_path: Path) -> None:
    source = serve(there)
    pasted = f"{source.url}?map=/a.map&SERVICE=WFS&Request=GetCapabilities&VERSION=1.0.0"
    fetch(WfsSource(url=pasted, feature_type="hydrants", sort="编号"), tmp_path / "file")
    assert {json.dumps(one.query["map"]) for one in there.asked} == {'["/a.map"]'}
    assert all("SERVICE" not in one.query and "Request" not in one.query for one in there.asked)
    assert there.asked[-1].query["sortBy"] == ["编号"]
    assert there.asked[0].query["acceptVersions"] == ["2.0.0,1.1.0"]


@pytest.mark.parametrize(
    ("offered", "wanted"),
    [
        (["urn:ogc:def:crs:EPSG::4490"], ("urn:ogc:def:crs:EPSG::4490",)),
        (["EPSG:4549", "http://www.opengis.net/def/crs/OGC/1.3/CRS84"], ("http://www.opengis.net/def/crs/OGC/1.3/CRS84",)),
        (["urn:ogc:def:crs:EPSG::4549"], ("urn:ogc:def:crs:EPSG::4326", "")),
        ([], ("urn:ogc:def:crs:EPSG::4326", "")),
    ],
)
def test_which_system_is_asked_for(offered: list[str], wanted: tuple[str, ...]) -> None:
    assert wanted_systems(offered) == wanted


def test_many_features_in_one_member_are_counted() -> None:
    features = "".join(f'<q:h xmlns:q="q" fid="h.{number}"><q:a>1</q:a></q:h>' for number in range(7))
    page = f'<w:FeatureCollection xmlns:w="w"><w:featureMembers>{features}</w:featureMembers></w:FeatureCollection>'
    weighed = weigh_page(page.encode())
    assert (weighed.count, weighed.ids[-1], weighed.matched) == (7, "h.6", None)


def test_gml_with_a_document_type_is_not_read() -> None:
    page = TYPED + '<w:FeatureCollection xmlns:w="w" xmlns:gml="http://www.opengis.net/gml"/>'
    pages = BytesIO()
    with zipfile.ZipFile(pages, "w") as file:
        file.writestr("page-1.gml", page)
    for content in (page.encode(), pages.getvalue()):
        assert is_vector_file(content)
        with pytest.raises(InvalidInput, match="has a document type"):
            read_layer(content)


def test_settings_of_services() -> None:
    told = {"kind": "wfs", "url": "https://a.cn/wfs", "feature_type": "a"}
    assert read_source(told) == WfsSource(url="https://a.cn/wfs", feature_type="a")
    for wrong in ({"feature_type": ""}, {"url": "ftp://a"}, {"login": "basic"}):
        with pytest.raises(InvalidInput):
            read_source({**told, **wrong})


@pytest.mark.django_db
@pytest.mark.parametrize("formats", [("gml",), JSON])
def test_it_is_served_as_every_delivery(formats: tuple[str, ...], there: Department) -> None:
    by = steward()
    one = registered(by, contract="")
    wanted = NewSettings(source=serve(there, formats=formats))
    tried = try_source(actor=by, resource_id=one.pk, settings=wanted)
    assert (tried.problem, tried.rows, tried.placed, tried.more) == (None, COUNT, COUNT, False)
    configure_connector(actor=by, resource_id=one.pk, settings=wanted, now=NOW)
    fetch_due(now=NOW)
    made = Delivery.objects.get(resource=one)
    assert (made.stage, made.rows, made.file_name) == ("landed", COUNT, "qd:hydrants")
    assert sorted(rows_of(one.pk).collect()["编号"].to_list()) == NAMES
