"""A view as a sheet: the same ground and layers as on the screen, for whoever may see them, with its audit line."""

import re
from pathlib import Path

import pytest

from tests.people import make_person, signed_in
from tests.warning.district import make_district
from tocsin.atlas.layers.queries import reading
from tocsin.atlas.layers.queries.ground import Ground
from tocsin.atlas.layers.rules.ground import read_ground
from tocsin.atlas.layers.rules.rows import LayerRows
from tocsin.atlas.pictures.papers import look
from tocsin.atlas.pictures.papers.canvas import Canvas
from tocsin.atlas.pictures.papers.frame import Frame
from tocsin.atlas.pictures.papers.ground import PALETTE, PrintedLayer, draw_ground, draw_layer, name_ground
from tocsin.records.audit.models import AuditEntry
from tocsin.simulation.city import City
from tocsin.simulation.ground import ground_of

WEB = Path(__file__).resolve().parent.parent.parent / "web" / "src"
FRAME = Frame(120.43, 36.16, 14.0, 1120, 640)


def test_the_ground_has_the_colours_of_the_screens_light_theme() -> None:
    light = (WEB / "map" / "ground.ts").read_text(encoding="utf-8").split("const LIGHT")[1].split("};")[0]
    assert dict(re.findall(r'(\w+): "(#[0-9a-f]{6})"', light)) == look.GROUND_PARTS


def test_a_resource_has_the_same_colours_to_choose_from_on_paper_and_on_screen() -> None:
    script = (WEB / "one-map" / "looks.ts").read_text(encoding="utf-8").split("const PALETTE")[1].split("]")[0]
    assert tuple(re.findall(r"#[0-9a-f]{6}", script)) == PALETTE


def test_the_district_is_drawn_with_its_names() -> None:
    canvas = Canvas(FRAME)
    features = Ground(read_ground(ground_of(City.build()))).features
    draw_ground(canvas, features)
    name_ground(canvas, features, "zh-hans")
    picture = canvas.text()
    assert "金水广场" in picture
    assert picture.count(look.GROUND_PARTS["building"]) > 300
    assert look.GROUND_PARTS["trunk"] in picture


def test_many_points_are_clusters_and_few_are_symbols() -> None:
    def rows(count: int) -> LayerRows:
        spot = {"type": "Point", "coordinates": [120.43, 36.16]}
        return LayerRows.of_features({"geometry": spot, "properties": {"name": str(n), "shape": "red"}} for n in range(count))

    canvas = Canvas(FRAME)
    assert draw_layer(canvas, PrintedLayer("cases", "Open cases", "plates", rows(3))) == {"red": "Open cases"}
    draw_layer(canvas, PrintedLayer("cases", "Open cases", "plates", rows(900)))
    assert ">900<" in canvas.text()


@pytest.mark.django_db
def test_the_sheet_is_a_pdf_and_is_written_in_the_audit_trail() -> None:
    reading.forget()
    make_district()
    client = signed_in(make_person("duty_officer"))
    answer = client.get("/map/sheet.pdf?view=120.4,36.2,14&layers=sensors,secret&size=1600x850")
    assert answer.content.startswith(b"%PDF")
    entry = AuditEntry.objects.get(action="map.printed")
    assert entry.details["layers"] == ["sensors"]


@pytest.mark.django_db
def test_a_sheet_without_a_view_is_refused() -> None:
    assert signed_in(make_person("duty_officer")).get("/map/sheet.pdf?layers=sensors").status_code == 400
