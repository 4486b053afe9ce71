"""The map as a picture: where places lie, what stands on it, the same look as the console's."""

import json
import math
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import typst

from tocsin.atlas.layers.queries.layers import map_layers
from tocsin.atlas.pictures.papers import look
from tocsin.atlas.pictures.papers.drawing import Line, Mark, draw_map
from tocsin.atlas.pictures.papers.frame import Frame
from tocsin.atlas.pictures.papers.signs import SIGNS
from tocsin.jurisdiction.areas import services

WEB = Path(__file__).resolve().parent.parent.parent / "web" / "src"
PLACE = (120.42, 36.18)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base map is made once."""
    return tmp_path_factory.mktemp("atlas")


def test_the_projection_is_the_one_of_the_web() -> None:
    """EPSG:3857's published bound of 85.0511287798° and the whole earth in one tile of 512 pixels."""
    earth = Frame(0, 0, 0, 512, 512)
    assert earth.pixel(-180, 85.0511287798) == pytest.approx((0, 0), abs=1e-6)
    assert earth.pixel(180, -85.0511287798) == pytest.approx((512, 512), abs=1e-6)
    assert earth.metres_per_pixel == pytest.approx(40_030_173 / 512, rel=1e-6)


def test_north_is_up_and_east_is_right() -> None:
    frame = Frame.around([PLACE])
    x, y = frame.pixel(*PLACE)
    assert frame.pixel(PLACE[0] + 0.001, PLACE[1])[0] > x
    assert frame.pixel(PLACE[0], PLACE[1] + 0.001)[1] < y


@pytest.mark.parametrize("far", [0, 0.0001, 0.01, 0.3, 4.0])
def test_a_frame_shows_all_its_places_beside_the_legend(far: float) -> None:
    places = [PLACE, (PLACE[0] + far, PLACE[1] - far / 2)]
    frame = Frame.around(places)
    west, south, east, north = frame.box
    for lon, lat in places:
        x, y = frame.pixel(lon, lat)
        assert 200 < x < frame.width - 60 and 60 < y < frame.height - 60
        assert west < lon < east and south < lat < north
    assert frame.zoom <= 17
    with pytest.raises(ValueError, match="place"):
        Frame.around([])


def test_the_look_is_the_console_s() -> None:
    networks = (WEB / "map" / "networks.ts").read_text()
    found = re.findall(r'(\w+): \{ group: .*? light: "(#\w+)", offset: (-?[\d.]+)(?:, dash: \[([\d., ]+)\])? \}', networks)
    assert {
        kind: look.Kind(colour, float(offset), tuple(map(float, dash.split(", "))) if dash else ())
        for kind, colour, offset, dash in found
    } == look.KINDS
    light = re.search(r": \{\s+sea: \"#dbe.*?\};", (WEB / "map" / "style.ts").read_text(), re.DOTALL)
    assert light
    assert dict(re.findall(r'(\w+): "(#\w+)"', light.group())) == look.GROUND
    tokens = (WEB / "styles" / "tokens.css").read_text().partition('[data-theme="light"]')[2]
    assert {name: re.search(rf"--{name}: (#\w+);", tokens)[1] for name in look.TOKENS} == look.TOKENS  # type: ignore[index]


def test_signs_are_drawn_on_paper_as_on_the_screen_and_each_is_another() -> None:
    signs = (WEB / "map" / "signs.ts").read_text()
    found = re.findall(r'(\w+): \{\s+outline: "([^"]+)",\s+glyph: "([^"]+)",\s+\}', signs)
    assert {name: (outline, glyph) for name, outline, glyph in found} == SIGNS
    assert (
        len({outline for outline, _glyph in SIGNS.values()}) == len({glyph for _outline, glyph in SIGNS.values()}) == len(SIGNS)
    )
    named = {one.sign for one in map_layers() if one.sign}
    assert named <= set(SIGNS)
    assert {one.name for one in map_layers() if one.look == "plates" and not one.sign} == set()


@pytest.mark.parametrize(("zoom", "figure"), [(10, 1.0), (11, 1.0), (14, 9.0), (17, 44.0), (19, 44.0)])
def test_widths_grow_as_on_screen(zoom: float, figure: float) -> None:
    assert look.at_zoom(zoom, look.STREET_WIDTH, 1.7) == pytest.approx(figure)


def network() -> list[dict[str, Any]]:
    """One street with a gas main between two wells."""
    lon, lat = PLACE
    ends = {"W1": [lon, lat], "W2": [lon + 0.004, lat]}
    wells = [
        {
            "geometry": {"type": "Point", "coordinates": place},
            "properties": {"kind": "manhole", "code": code, "street": "Shiniushan Road", "street_zh": "石牛山路"},
        }
        for code, place in ends.items()
    ]
    pipe = {"kind": "gas_main", "code": "G1", "from_code": "W1", "to_code": "W2"}
    return [*wells, {"geometry": {"type": "LineString", "coordinates": list(ends.values())}, "properties": pipe}]


def drawn(folder: Path, *, language: str = "zh-hans", label: str = "可燃气体浓度异常", **more: Any) -> str:
    services.ensure_regions()
    return draw_map(
        Frame.around([PLACE]),
        folder=folder,
        language=language,
        marks=[Mark("red", *PLACE, label), Mark("unit", PLACE[0] + 1, PLACE[1], "far away")],
        legend={"gas_main": "燃气管道", "sewer": "污水管道", "red": "一级报警", "unit": "处置单位", "course": "路径"},
        notes=["截至 05:03"],
        **more,
    )


def words(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]  # noqa: S314 - our own


@pytest.mark.django_db
def test_a_map_tells_scale_north_source_time_and_what_is_drawn(folder: Path) -> None:
    course = {"type": "LineString", "coordinates": [PLACE, (PLACE[0] + 0.002, PLACE[1])]}
    told = words(drawn(folder, networks=network(), lines=[Line("course", course), Line("segment", course, "gas_main")]))
    assert "100 m" in told or "50 m" in told
    assert "N" in told
    assert any("GS(2024)0650" in one and "截至 05:03" in one for one in told)
    assert "石牛山路" in told
    assert {"燃气管道", "一级报警", "路径", "可燃气体浓度异常"} <= set(told)
    assert not {"污水管道", "处置单位", "far away"} & set(told)
    assert "Shiniushan Road" in words(drawn(folder, language="en", networks=network()))


@pytest.mark.django_db
def test_words_do_not_lie_over_each_other(folder: Path) -> None:
    services.ensure_regions()
    marks = [Mark("red", PLACE[0] + 0.00002 * one, PLACE[1], f"报警 {one}\n第二行") for one in range(30)]
    told = words(draw_map(Frame.around([PLACE]), folder=folder, language="zh-hans", marks=marks, legend={}, notes=[]))
    assert "报警 0" in told
    assert sum(one.startswith("报警") for one in told) < 30


@pytest.mark.django_db
@pytest.mark.parametrize(
    "label", ['</text><script>alert(1)</script><image href="file:///etc/passwd"/>', "\x00\x1b]]>&amp;", "\ud800 \uffff"]
)
def test_a_name_is_only_text(folder: Path, label: str) -> None:
    svg = drawn(folder, label=label)
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {"svg", "rect", "path", "g", "polygon", "circle", "text"}
    typst.compile(b'#image(bytes(json(bytes(sys.inputs.v))), format: "svg")', format="png", sys_inputs={"v": json.dumps(svg)})


@pytest.mark.django_db
def test_the_whole_province_has_its_names(folder: Path) -> None:
    services.ensure_regions()
    frame = Frame(118.5, 36.3, 6.2, 960, 560)
    told = words(draw_map(frame, folder=folder, language="en", legend={}, notes=[]))
    assert "Jinan" in " ".join(told)
    assert math.isclose(frame.metres_per_pixel, 40_030_173 * math.cos(math.radians(36.3)) / (512 * 2**6.2), rel_tol=1e-6)
