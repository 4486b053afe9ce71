"""Text in drawn pictures: plates, papers, gauges, turned lines; what is no picture; what is told on page and API."""

import base64
import io
from collections.abc import Callable

import msgspec
import numpy as np
import pylopdf_fonts_zh_cn as fonts
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.engine.frames.expected import ReadVerdict, compare, distance
from tocsin.engine.frames.text import lines_of, plate_in
from tocsin.records.face import text_models
from tocsin.vision.recognition import policy
from tocsin.vision.recognition.services import reading
from tocsin.vision.recognition.services.reading import read_text

pytestmark = pytest.mark.one_database
needs_models = pytest.mark.skipif(text_models() is None, reason="the models lie in a built installation")
GREY = "#88a0b0"


def sign(text: str, high: int, ink: str, ground: str) -> Image.Image:
    """A plate or label with these words."""
    font = ImageFont.truetype(fonts.sans_path(), high)
    left, upper, right, lower = (int(one) for one in font.getbbox(text))
    made = Image.new("RGB", (right - left + high, lower - upper + high // 2), ground)
    ImageDraw.Draw(made).text((high // 2 - left, high // 4 - upper), text, font=font, fill=ink)
    return made


def jpeg(picture: Image.Image) -> bytes:
    kept = io.BytesIO()
    picture.save(kept, "JPEG", quality=80)
    return kept.getvalue()


def scene() -> bytes:
    """A yellow and a blue plate (one askew), a heading and a row of a permit, a gauge, a label that is written upwards."""
    picture = Image.new("RGB", (1280, 720), GREY)
    picture.paste(sign("鲁B·D7362", 64, "black", "#e0b000"), (90, 90))
    picture.paste(sign("鲁U·5R18挂", 56, "white", "#1040a0").rotate(12, expand=True, fillcolor=GREY), (90, 340))
    picture.paste(sign("动火安全作业票", 48, "black", "white"), (600, 100))
    picture.paste(sign("作业级别：一级 氧含量 20.9 %", 30, "black", "white"), (600, 210))
    picture.paste(sign("0.42 MPa", 40, "black", "white"), (600, 310))
    picture.paste(sign("DANGER 1203", 44, "red", "white").rotate(90, expand=True), (1000, 280))
    return jpeg(picture)


@needs_models
def test_plates_papers_and_gauges_are_read_with_their_places() -> None:
    read = read_text(scene())
    told = {one.text.replace(" ", ""): one for one in read.lines}  # spaces are often lost
    assert set(told) == {"鲁B·D7362", "鲁U·5R18挂", "动火安全作业票", "作业级别：一级氧含量20.9%", "0.42MPa", "DANGER1203"}
    assert {one.plate for one in read.lines} == {"", "鲁BD7362", "鲁U5R18挂"}
    assert min(one.confidence for one in read.lines) > 0.9
    upper_left, upper_right, _lower_right, _lower_left = told["鲁U·5R18挂"].corners
    assert upper_left[0] < 0.15 and upper_right[0] > 0.3 and 0.05 < upper_left[1] - upper_right[1] < 0.2
    upwards = told["DANGER1203"].corners
    assert upwards[0][1] > upwards[1][1] + 0.3  # it begins below and goes up


@needs_models
def test_where_nothing_is_written_nothing_is_read() -> None:
    assert read_text(jpeg(Image.new("RGB", (640, 480), GREY))).lines == []


@pytest.mark.parametrize(
    ("text", "plate"),
    [
        ("鲁B12345", "鲁B12345"),
        ("鲁 B · 1234挂", "鲁B1234挂"),
        ("粤AD12345", "粤AD12345"),
        ("京A1234学", "京A1234学"),
        ("鲁BI2345", ""),  # I stands on no plate
        ("鲁1B2345", ""),
        ("UN 1203", ""),
        ("", ""),
    ],
)
def test_what_is_a_number_plate(text: str, plate: str) -> None:
    assert plate_in(text) == plate


@pytest.mark.parametrize("turned", [0, 10, -20, 45, 80, 90])
def test_a_turned_line_is_framed_along_itself(turned: int) -> None:
    drawn = Image.new("L", (400, 400))
    ImageDraw.Draw(drawn).rectangle((120, 190, 279, 209), fill=255)  # 160 × 20
    ink = np.asarray(drawn.rotate(turned), dtype=np.float32) / 255
    (line,) = lines_of(ink)
    grown = 160 * 20 * 1.6 / (2 * 180)
    assert line.size == pytest.approx((160 + 2 * grown, 20 + 2 * grown), abs=4)
    (left, upper), (right, lower) = line.corners[0], line.corners[1]
    assert right >= left - 1
    slope = np.degrees(np.arctan2(upper - lower, right - left))
    assert min(abs(slope - turned), abs(abs(slope - turned) - 180)) < 2


def test_specks_and_faint_marks_are_no_text() -> None:
    ink = np.zeros((100, 100), dtype=np.float32)
    ink[10:12, 10:60] = 1  # two pixels high
    ink[40:60, 10:90] = 0.35  # faint
    assert lines_of(ink) == []


@needs_models
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GIF89a", "no JPEG and no PNG"),
        (scene()[:2000], "the picture is broken"),
        (bytes(9_000_000), "at most 8000000 bytes"),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_text(data)
    assert why in refused.value.in_english


def impatient(**figures: float) -> Callable[[], policy.RecognitionPolicy]:
    kept = policy.recognition_policy()
    changed = msgspec.structs.replace(kept, reading=msgspec.structs.replace(kept.reading, **figures))
    return lambda: changed


@needs_models
def test_a_reading_that_takes_too_long_or_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "recognition_policy", impatient(within_s=0.3))
    with pytest.raises(Unavailable, match="took more than"):
        read_text(scene())
    monkeypatch.setattr(reading, "recognition_policy", impatient(reader_mb=150))
    with pytest.raises(InvalidInput, match="ended over this picture"):
        read_text(scene())


def test_without_models_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "text_models", lambda: None)
    with pytest.raises(Unavailable, match="not in this installation"):
        read_text(scene())


@needs_models
@pytest.mark.django_db
def test_page_and_api_tell_what_was_read_and_nobody_else_may_ask() -> None:
    usual_bodies(LICANG)
    client, plate = signed_in(make_person("supervisor")), jpeg(sign("鲁B·D7362", 64, "black", "#e0b000"))
    page = "/vision/recognition/text/"
    assert "Read the text" in " ".join(words_of(client.get(page).content.decode()))
    answer = client.post(page, {"file": SimpleUploadedFile("a.jpg", plate), "expected": "鲁B·07362"}).content.decode()
    assert "doubtful: signs may be misread" in answer
    assert "鲁BD7362" in answer and "data:image/jpeg;base64," in answer
    told = client.post(
        "/api/v1/vision/recognition/text", {"picture": base64.b64encode(plate).decode()}, content_type="application/json"
    ).json()
    assert [(one["plate"], one["sure"]) for one in told["lines"]] == [("鲁BD7362", True)] and told["compared"] is None
    wrong = client.post("/api/v1/vision/recognition/text", {"picture": "?"}, content_type="application/json")
    assert wrong.status_code == 400 and b"no JPEG and no PNG" in wrong.content
    assert "Choose a file." in client.post(page).content.decode()
    assert signed_in(make_person("cashier")).get(page).status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("lines", "expected", "verdict", "nearest"),
    [
        (["鲁B·D7362"], "鲁bd7362", ReadVerdict.MATCH, "鲁BD7362"),
        (["车牌 鲁BD7362 黄"], "鲁BD7362", ReadVerdict.MATCH, "鲁BD7362"),
        (["鲁B·O7362"], "鲁BD7362", ReadVerdict.DOUBTFUL, "鲁BO7362"),
        (["粤B·B7362"], "鲁B87362", ReadVerdict.DOUBTFUL, "粤BB7362"),  # the province 0.5 and B for 8 0.4
        (["鲁BD736"], "鲁BD7362", ReadVerdict.DOUBTFUL, "鲁BD736"),
        (["鲁BD7399"], "鲁BD7362", ReadVerdict.OTHER, "鲁BD7399"),
        (["鲁B12345", "鲁BD7362"], "鲁BD7362", ReadVerdict.MATCH, "鲁BD7362"),
        (["动火许可 DH-2026-0117"], "DH-2026-0117", ReadVerdict.MATCH, "DH20260117"),
        ([], "鲁BD7362", ReadVerdict.OTHER, ""),
    ],
)
def test_what_was_read_is_compared_by_how_alike_signs_look(
    lines: list[str], expected: str, verdict: ReadVerdict, nearest: str
) -> None:
    found = compare(lines, expected, 1.0)
    assert (found.verdict, found.nearest) == (verdict, nearest)


@pytest.mark.one_database
def test_a_value_is_compared_by_its_difference() -> None:
    found = compare(["1.26 MPa", "No. 7"], "1.2", 1.0)
    assert (found.verdict, found.nearest, found.difference) == (ReadVerdict.OTHER, "1.26", 0.06)


@pytest.mark.one_database
@given(st.text("08BDO1粤鲁", max_size=9), st.text("08BDO1粤鲁", max_size=9))
def test_the_distance_is_the_same_both_ways_and_none_of_what_is_equal(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) and (distance(one, other) == 0) == (one == other)
