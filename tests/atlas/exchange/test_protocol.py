"""OGC API – Features, case by case as the abstract tests of its parts name them."""

import gzip
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.atlas.exchange.hydrants import COUNT, ROOT, Reader
from tocsin.atlas.exchange.rules.frames import FRAMES

pytestmark = pytest.mark.django_db

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
ITEMS = "/collections/hydrants/items"
ALL = [f"h{number:02}" for number in range(COUNT)]


def body(response: HttpResponse, status: int = 200) -> Any:
    assert response.status_code == status, response.content[:400]
    return json.loads(response.content)


def keys(response: HttpResponse) -> list[str]:
    return [one["id"] for one in body(response)["features"]]


def linked(document: dict[str, Any], rel: str) -> list[str]:
    return [one["href"] for one in document["links"] if one["rel"] == rel]


# --- Part 1, Core ---


def test_core_landing_page_leads_to_everything(read: Reader) -> None:
    document = body(read("/"))
    for rel in ("self", "service-desc", "conformance", "data"):
        assert linked(document, rel), rel
    for rel in ("service-desc", "conformance", "data"):
        assert read(urlsplit(linked(document, rel)[0]).path.removeprefix(ROOT)).status_code == 200


def test_core_conformance_lists_what_holds(read: Reader) -> None:
    declared = body(read("/conformance"))["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in declared
    assert len(set(declared)) == len(declared)


def test_core_api_definition_names_the_page_size(read: Reader) -> None:
    response = read("/api")
    assert response["Content-Type"].startswith("application/vnd.oai.openapi+json;version=3.0")
    document = body(response)
    limit = document["components"]["parameters"]["limit"]["schema"]
    assert (limit["maximum"], limit["default"]) == (10_000, 10_000)
    named = [
        one["$ref"].rpartition("/")[2] for one in document["paths"]["/collections/{collectionId}/items"]["get"]["parameters"][1:]
    ]
    assert set(named) <= set(document["components"]["parameters"])


def test_core_collections_are_those_that_the_token_reaches(read: Reader) -> None:
    document = body(read("/collections"))
    assert [one["id"] for one in document["collections"]] == ["assets", "hydrants"]
    for one in document["collections"]:
        assert {"items", "self"} <= {link["rel"] for link in one["links"]}
        assert body(read(f"/collections/{one['id']}"))["id"] == one["id"]


def test_core_collection_tells_extent_and_systems(read: Reader) -> None:
    document = body(read("/collections/hydrants"))
    assert document["extent"]["spatial"]["bbox"] == [[120.0, 36.0, pytest.approx(120.10), pytest.approx(36.10)]]
    assert document["crs"] == list(FRAMES)


def test_core_features_come_whole_and_in_the_order_of_keys(read: Reader) -> None:
    response = read(ITEMS)
    document = body(response)
    assert response["Content-Type"] == "application/geo+json"
    assert response["Content-Crs"] == "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>"
    assert [one["id"] for one in document["features"]] == ALL
    assert (document["numberMatched"], document["numberReturned"]) == (COUNT, COUNT)
    assert not linked(document, "next")
    assert document["features"][1] == {
        "type": "Feature",
        "id": "h01",
        "geometry": {"type": "Point", "coordinates": [120.01, 36.01]},
        "properties": {
            "name": "Hydrant 1 消防栓",
            "kind": "ground",
            "pressure_kpa": 101.0,
            "outlets": 1,
            "open": False,
            "built": "2020-01-02",
            "seen_at": "2026-11-02T00:00:00Z",
        },
    }
    assert document["features"][0]["properties"]["pressure_kpa"] is None
    assert document["features"][-1]["geometry"] is None


@pytest.mark.parametrize("sortby", ["", "kind", "-pressure_kpa", "pressure_kpa,-name", "-seen_at", "built,open"])
@pytest.mark.parametrize("limit", [1, 5, 11, 12])
def test_core_pages_by_key_come_to_every_feature_once(read: Reader, sortby: str, limit: int) -> None:
    asked: dict[str, object] = {"sortby": sortby} if sortby else {}
    whole = keys(read(ITEMS, **asked))
    found: list[str] = []
    document = body(read(ITEMS, limit=limit, **asked))
    for _page in range(COUNT + 1):
        assert document["numberMatched"] == COUNT
        found += [one["id"] for one in document["features"]]
        following = linked(document, "next")
        if not following:
            break
        assert "offset" not in following[0]
        address = urlsplit(following[0])
        document = body(read(f"{address.path.removeprefix(ROOT)}?{address.query}"))
    assert found == whole
    assert sorted(found) == ALL


def test_core_a_limit_above_the_most_is_the_most(read: Reader) -> None:
    assert body(read(ITEMS, limit=999_999))["numberReturned"] == COUNT


BOXES = {
    "inside": ({"bbox": "120.005,36,120.025,37"}, ["h01", "h02"]),
    "six numbers": ({"bbox": "120.005,36,0,120.025,37,100"}, ["h01", "h02"]),
    "on its edge": ({"bbox": "120.02,36.02,120.02,36.02"}, ["h02"]),
    "over the 180th meridian": ({"bbox": "170,30,-170,40"}, []),
    "over half the earth": ({"bbox": "120.095,36,-170,40"}, ["h10"]),
    "latitude first": ({"bbox": "36,120.005,37,120.025", "bbox_crs": f"{EPSG}4326"}, ["h01", "h02"]),
    "CGCS2000": ({"bbox": "36,120.005,37,120.025", "bbox_crs": f"{EPSG}4490"}, ["h01", "h02"]),
    "metres": (
        {"bbox": "13358895,4300000,13361121,4500000", "bbox_crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
        ["h01", "h02"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "expected"), BOXES.values(), ids=BOXES)
def test_core_bbox(read: Reader, asked: dict[str, object], expected: list[str]) -> None:
    assert keys(read(ITEMS, **asked)) == expected


MOMENTS = {
    "an instant": ("2026-11-03T00:00:00Z", ["h02"]),
    "an instant elsewhere": ("2026-11-03T08:00:00+08:00", ["h02"]),
    "a day": ("2026-11-03", ["h02"]),
    "an interval": ("2026-11-03T00:00:00Z/2026-11-04T00:00:00Z", ["h02", "h03"]),
    "from then on": ("2026-11-11T00:00:00Z/..", ["h10", "h11"]),
    "until then": ("/2026-11-01T12:00:00Z", ["h00"]),
    "always": ("../..", ALL),
}


@pytest.mark.parametrize(("asked", "expected"), MOMENTS.values(), ids=MOMENTS)
def test_core_datetime(read: Reader, asked: str, expected: list[str]) -> None:
    assert keys(read(ITEMS, datetime=asked)) == expected


def test_core_parameters_named_like_properties(read: Reader) -> None:
    assert keys(read(ITEMS, kind="ground", outlets="1")) == ["h01", "h05", "h09"]
    assert keys(read(ITEMS, open="true", built="2020-01-03")) == ["h02"]


def test_core_one_feature(read: Reader) -> None:
    document = body(read(f"{ITEMS}/h03"))
    assert (document["id"], document["properties"]["name"]) == ("h03", "Hydrant 3 消防栓")
    assert linked(document, "collection")[0].endswith("/ogc/features/collections/hydrants")


REFUSED = {
    "an unknown parameter": {"limits": "3"},
    "a limit of nothing": {"limit": "0"},
    "a negative limit": {"limit": "-1"},
    "a limit in words": {"limit": "ten"},
    "a box of three numbers": {"bbox": "1,2,3"},
    "a box in words": {"bbox": "a,b,c,d"},
    "a box without an end": {"bbox": "1,2,3,inf"},
    "a box from north to south": {"bbox": "1,5,2,4"},
    "an unknown system": {"crs": "http://www.opengis.net/def/crs/EPSG/0/9999"},
    "an unknown system of the box": {"bbox": "1,2,3,4", "bbox_crs": "EPSG:1"},
    "a time in words": {"datetime": "yesterday"},
    "three times": {"datetime": "2026-11-01/2026-11-02/2026-11-03"},
    "a time that ends before it begins": {"datetime": "2026-11-02T00:00:00Z/2026-11-01T00:00:00Z"},
    "a filter that is none": {"filter": "name ="},
    "a filter by nothing known": {"filter": "secret = 1"},
    "a filter in another language": {"filter": "outlets = 1", "filter_lang": "ecql"},
    "JSON that is text": {"filter": "outlets = 1", "filter_lang": "cql2-json"},
    "sorting by nothing known": {"sortby": "secret"},
    "sorting twice": {"sortby": "name,-name"},
    "a property that is none": {"properties": "name,secret"},
    "a place of no link": {"after": "bm9uc2Vuc2U"},
    "a place of other sorting": {"after": "WyJhIiwiaDAxIl0"},
    "a number in words": {"outlets": "one"},
    "neither true nor false": {"open": "maybe"},
    "an unknown form": {"f": "xml"},
    "a NUL": {"name": "a\0"},
}


@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED)
def test_core_what_can_not_be_read_is_400_with_the_reason(read: Reader, asked: dict[str, object]) -> None:
    document = body(read(ITEMS, **asked), 400)
    assert document["code"] == "invalid_input"
    assert document["message"]


def test_core_a_parameter_twice_is_refused(read: Reader) -> None:
    assert read(f"{ITEMS}?limit=1&limit=2").status_code == 400


@pytest.mark.parametrize(
    "path", ["/collections/none", "/collections/none/items", "/collections/none/queryables", f"{ITEMS}/none", "/none"]
)
def test_core_what_is_not_there_is_404(read: Reader, path: str) -> None:
    assert read(path).status_code == 404


def test_core_nothing_is_written(token: str) -> None:
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(f"{ROOT}{ITEMS}", headers={"Authorization": f"Bearer {token}"}).status_code in (403, 405)


FORMS = {
    "nothing said": (None, "application/geo+json"),
    "anything": ("*/*", "application/geo+json"),
    "GeoJSON": ("application/geo+json", "application/geo+json"),
    "a browser": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    "a picture": ("image/png", None),
}


@pytest.mark.parametrize(("accept", "expected"), FORMS.values(), ids=FORMS)
def test_core_the_form_follows_what_the_client_takes(read: Reader, accept: str | None, expected: str | None) -> None:
    response = read(ITEMS, headers={} if accept is None else {"Accept": accept})
    if expected is None:
        assert response.status_code == 406
    else:
        assert (response.status_code, response["Content-Type"].partition(";")[0]) == (200, expected)


def test_html_pages_for_people(read: Reader) -> None:
    paths = ["/", "/collections", "/conformance", "/collections/hydrants", ITEMS, f"{ITEMS}/h03", "/collections/assets/items"]
    for path in paths:
        response = read(path, f="html")
        assert response.status_code == 200, path
        assert response["Content-Type"].startswith("text/html")


def test_html_pages_lead_from_one_to_the_next(read: Reader) -> None:
    page = read(ITEMS, f="html", limit=5).content.decode()
    assert "Hydrant 4 消防栓" in page
    assert "Hydrant 5 消防栓" not in page
    assert 'rel="next"' in page


# --- packing and tags ---


def test_answers_are_packed_for_who_takes_that(read: Reader) -> None:
    response = read(ITEMS, headers={"Accept-Encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert len(json.loads(gzip.decompress(response.content))["features"]) == COUNT
    assert "Content-Encoding" not in read(ITEMS)


def test_an_unchanged_answer_is_not_sent_again(read: Reader) -> None:
    first = read("/collections/hydrants")
    again = read("/collections/hydrants", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert read("/collections/assets", headers={"If-None-Match": first["ETag"]}).status_code == 200


# --- Part 2, coordinate reference systems ---

PLACES = {
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84": [120.01, 36.01],
    "http://www.opengis.net/def/crs/EPSG/0/4326": [36.01, 120.01],
    "http://www.opengis.net/def/crs/EPSG/0/4490": [36.01, 120.01],
    "http://www.opengis.net/def/crs/EPSG/0/3857": [13359452.09, 4301997.44],
}


@pytest.mark.parametrize(("crs", "place"), PLACES.items())
def test_crs_of_features(read: Reader, crs: str, place: list[float]) -> None:
    for path in (f"{ITEMS}/h01", ITEMS):
        response = read(path, crs=crs)
        document = body(response)
        feature = document["features"][1] if "features" in document else document
        assert feature["geometry"]["coordinates"] == pytest.approx(place, abs=0.01)
        assert response["Content-Crs"] == f"<{crs}>"


def test_crs_of_a_filter(read: Reader) -> None:
    wanted = "S_INTERSECTS(geometry, POLYGON((36 120.005, 36 120.025, 37 120.025, 37 120.005, 36 120.005)))"
    assert keys(read(ITEMS, filter=wanted, filter_crs="http://www.opengis.net/def/crs/EPSG/0/4326")) == ["h01", "h02"]
    assert keys(read(ITEMS, filter=wanted)) == []


# --- Part 3, filtering ---


def test_queryables_are_what_a_filter_may_name(read: Reader) -> None:
    response = read("/collections/hydrants/queryables")
    assert response["Content-Type"] == "application/schema+json"
    named = body(response)["properties"]
    assert set(named) == {"geometry", "name", "kind", "pressure_kpa", "outlets", "open", "built", "seen_at"}
    for name in set(named) - {"geometry"}:
        assert read(ITEMS, filter=f"{name} IS NULL").status_code == 200


def test_filter_as_text_and_as_json(read: Reader) -> None:
    text = "outlets > 1 AND kind = 'ground' AND seen_at < TIMESTAMP('2026-11-09T00:00:00Z')"
    tree = {
        "op": "and",
        "args": [
            {"op": ">", "args": [{"property": "outlets"}, 1]},
            {"op": "=", "args": [{"property": "kind"}, "ground"]},
            {"op": "<", "args": [{"property": "seen_at"}, {"timestamp": "2026-11-09T00:00:00Z"}]},
        ],
    }
    assert keys(read(ITEMS, filter=text)) == ["h03", "h07"]
    assert keys(read(ITEMS, filter=json.dumps(tree), filter_lang="cql2-json")) == ["h03", "h07"]
    assert body(read(ITEMS, filter=text, limit=1))["numberMatched"] == 2


def test_filter_and_box_and_time_all_hold(read: Reader) -> None:
    assert keys(read(ITEMS, filter="open = TRUE", bbox="120,36,120.055,37", datetime="2026-11-02/..")) == ["h02", "h04"]


def test_only_the_properties_that_are_asked_for(read: Reader) -> None:
    assert body(read(ITEMS, properties="outlets,name", limit=1))["features"][0]["properties"] == {
        "outlets": 0,
        "name": "Hydrant 0 消防栓",
    }
