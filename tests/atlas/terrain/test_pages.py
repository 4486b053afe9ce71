"""The terrain on pages and for programs: the form, the tiles, heights of places and lines, the map and its sheet."""

import io
import json
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.atlas.terrain.elevation import slope, write_model
from tests.pages import words_of
from tests.people import make_person, signed_in
from tests.warning.district import make_district
from tocsin.atlas.layers.queries import reading
from tocsin.atlas.layers.queries.terrain import terrain_about
from tocsin.atlas.layers.rules.terrain import decoded
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry

HERE = (120.41, 36.17)
HEIGHT = float(slope(*(np.array(one) for one in HERE)))
SOURCE = "Institute <b>of</b> Surveying"
pytestmark = pytest.mark.django_db


def send(client: Client, path: Path, **told: str) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post("/map/terrain/load/", {"datum": "cgcs2000", "files": [file], **told}, follow=True)


@pytest.fixture
def loaded(keeper: User, served: Path, tmp_path: Path) -> Client:
    """The keeper's browser, with a terrain loaded."""
    client = signed_in(keeper)
    assert send(client, write_model(tmp_path / "dem.tif"), source=SOURCE).status_code == 200
    return client


def test_the_page_says_what_is_wrong_and_what_is_there(keeper: User, served: Path, tmp_path: Path) -> None:
    client = signed_in(keeper)
    refused = send(client, write_model(tmp_path / "city.tif", bands=3), source="Institute")
    words = unescape(" ".join(words_of(refused.content.decode())))
    assert refused.status_code == 400
    assert "city.tif it has 3 bands" in words and "No heights have been loaded." in words
    assert 'value="Institute"' in refused.content.decode()
    done = send(client, write_model(tmp_path / "dem.tif"), source=SOURCE)
    words = unescape(" ".join(words_of(done.content.decode())))
    assert "The terrain of the map is loaded heights from" in words and "dem.tif" in words
    assert send(signed_in(make_person("duty_officer")), tmp_path / "dem.tif").status_code == 403


def test_the_map_has_the_layer_and_names_who_made_it(loaded: Client) -> None:
    client = signed_in(make_person("viewer"))
    page = client.get("/map/?view=120.41,36.17,12&layers=terrain*60").content.decode()
    start = json.loads(page.split('id="map-start" type="application/json">')[1].split("</script>")[0])
    catalogue = json.loads(page.split('id="map-catalogue" type="application/json">')[1].split("</script>")[0])
    assert start["terrain"]["source"] == SOURCE and start["layers"] == [["terrain", 60]]
    assert [one["look"] for one in catalogue if one["name"] == "terrain"] == ["relief"]
    assert "not shown to you" not in page


def test_without_a_terrain_there_is_no_layer(served: Path) -> None:
    client = signed_in(make_person("viewer"))
    page = client.get("/map/").content.decode()
    assert '"terrain": null' in page and '"look": "relief"' not in page
    assert client.get(f"/map/terrain/height/?at={HERE[0]},{HERE[1]}").json() == {"height_m": None}
    assert client.get("/map/terrain/abc/12/3418/1607").status_code == 404


def test_a_tile_holds_heights(loaded: Client, served: Path) -> None:
    about = terrain_about(served)
    assert about is not None
    answer = loaded.get(f"/map/terrain/{about.version}/12/3418/1607")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png") and "max-age" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as picture:
        heights = decoded(np.asarray(picture.convert("RGB")))
    assert about.lowest_m - 1 <= heights.min() < heights.max() <= about.highest_m + 1
    assert loaded.get(f"/map/terrain/{about.version}/12/99999/1").status_code == 404
    assert loaded.get("/map/terrain/000000000000/12/3418/1607").status_code == 404


def test_a_place_and_a_line_are_told(loaded: Client) -> None:
    told = loaded.get(f"/map/terrain/height/?at={HERE[0]},{HERE[1]}").json()
    assert told["height_m"] == pytest.approx(HEIGHT, abs=0.3)
    body = json.dumps([[120.39, 36.15], [120.44, 36.19]])
    places = loaded.post("/map/terrain/profile/", body, content_type="application/json").json()["places"]
    assert len(places) == 200 and places[0][:3] == [0.0, 120.39, 36.15] and places[-1][3] > places[0][3]


@pytest.mark.parametrize("at", ["", "x", "120.4", "1000,10"])
def test_a_place_that_is_none_is_refused(at: str, loaded: Client) -> None:
    assert loaded.get(f"/map/terrain/height/?at={at}").status_code == 400


@pytest.mark.parametrize(
    "line", ["[]", "[[120.4, 36.1]]", "[[120.4, 36.1], [500, 3]]", "{}", "nonsense", "[[1, 2, 3], [4, 5, 6]]"]
)
def test_a_line_that_is_none_is_refused(line: str, loaded: Client) -> None:
    answer = loaded.post("/map/terrain/profile/", line, content_type="application/json")
    assert answer.status_code == 400


def test_programs_do_the_same(keeper: User, served: Path, tmp_path: Path) -> None:
    client = signed_in(keeper)

    def post(path: Path) -> Any:
        file = SimpleUploadedFile(path.name, path.read_bytes())
        return client.post("/api/v1/atlas/terrain", {"datum": "cgcs2000", "source": SOURCE, "files": [file]})

    assert client.get("/api/v1/atlas/terrain").json() is None
    refused = post(write_model(tmp_path / "bad.tif", crs=None))
    assert refused.status_code == 400 and "nothing says where it lies" in refused.content.decode()
    told = post(write_model(tmp_path / "dem.tif")).json()
    assert (told["source"], told["files"][0]["name"], told["zoom"]) == (SOURCE, "dem.tif", 12)
    assert client.get("/api/v1/atlas/terrain").json() == told
    officer = signed_in(make_person("duty_officer"))
    assert officer.get("/api/v1/atlas/terrain").status_code == 403
    place = {"lon": HERE[0], "lat": HERE[1]}
    assert officer.get("/api/v1/atlas/height", place).json()["height_m"] == pytest.approx(HEIGHT, abs=0.3)
    line = json.dumps({"line": [[120.39, 36.15], [120.44, 36.19]]})
    places = officer.post("/api/v1/atlas/height-profile", line, content_type="application/json").json()
    assert len(places) == 200 and set(places[0]) == {"metres", "lon", "lat", "height_m"}


def words_on(document: pypdfium2.PdfDocument) -> str:
    return " ".join(word for page in document for word in page.get_textpage().get_text_range().split())


def test_a_sheet_shows_the_shade_and_names_its_source(loaded: Client) -> None:
    reading.forget()
    make_district()
    client = signed_in(make_person("duty_officer"))
    sheets = [
        client.get(f"/map/sheet.pdf?view=120.41,36.17,13&layers={layers}&size=1600x850").content
        for layers in ("terrain,sensors", "sensors")
    ]
    shaded, plain = (pypdfium2.PdfDocument(one) for one in sheets)
    text = words_on(shaded)
    assert "Terrain (shaded)" in text and "Institute <b>of</b> Surveying" in text
    assert "Terrain (shaded)" not in words_on(plain)
    shades = [np.asarray(one[0].render(scale=1).to_pil().convert("L"), np.float64) for one in (shaded, plain)]
    assert np.abs(shades[0] - shades[1]).mean() > 0.5
    entries = AuditEntry.objects.filter(action="map.printed").order_by("pk")
    assert [one.details["layers"] for one in entries] == [["terrain", "sensors"], ["sensors"]]
