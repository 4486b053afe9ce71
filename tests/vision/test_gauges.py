"""Gauges in pictures beside their sensors, and sensors beside sightings."""

import base64

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.hazchem.plants import make_level
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tests.vision.test_text import jpeg, sign
from tests.vision.test_vehicles import Gate, seen
from tocsin.records.face import text_models
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.rules.gauges import read_gauge

needs_models = pytest.mark.skipif(text_models() is None, reason="the models lie in a built installation")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("lines", "quantity", "newest", "text", "value", "tolerance"),
    [
        (["0.42 MPa"], "pressure", 400.0, "0.42 MPa", 420.0, 5.0),
        (["0,42MPA"], "pressure", 400.0, "0,42MPA", 420.0, 5.0),
        (["PT-101 418 kPa"], "pressure", 0.0, "418 kPa", 418.0, 0.5),
        (["23.5 ℃", "4.20 bar"], "pressure", 23.0, "4.20 bar", 420.0, 0.5),  # a unit says more than nearness
        (["18.2", "5.3"], "level", 5.0, "5.3", 5.3, 0.05),
        (["530 cm"], "level", 5.0, "530 cm", 5.3, 0.005),
        (["12 %LEL"], "methane", 11.0, "12 %LEL", 12.0, 0.5),
        (["-5 ℃"], "temperature", 3.0, "-5 ℃", -5.0, 0.5),
        (["23.5 ℃"], "pressure", 23.0, None, 0, 0),
        (["PT101", "MPa"], "pressure", 100.0, None, 0, 0),
    ],
)
def test_the_number_of_the_sensors_quantity_is_taken(
    lines: list[str], quantity: str, newest: float, text: str | None, value: float, tolerance: float
) -> None:
    found = read_gauge(lines, quantity, newest)
    if text is None:
        assert found is None
        return
    assert found is not None
    assert (found.text, found.value, found.tolerance) == (text, pytest.approx(value), pytest.approx(tolerance))


@needs_models
@pytest.mark.django_db
@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("written", "words"), [("5.00 m", "they agree"), ("5.30 m", "they do not agree"), ("5.3 ℃", "No number")]
)
def test_the_page_tells_the_difference_and_leads_to_the_sensor(monkeypatch: pytest.MonkeyPatch, written: str, words: str) -> None:
    stand_at(monkeypatch, NOW)
    gate, sensor = Gate(), make_level()
    picture = jpeg(sign(written, 140, "black", "white"))
    client = signed_in(gate.keeper)
    form = {"file": SimpleUploadedFile("a.jpg", picture), "expected": "", "sensor": "tank-1/level", "camera": ""}
    page = client.post("/vision/recognition/text/", form).content.decode()
    assert words in page and f"/sensors/{sensor.pk}/" in page
    body = {"picture": base64.b64encode(picture).decode(), "sensor": "tank-1/level"}
    told = client.post("/api/v1/vision/recognition/text", body, content_type="application/json").json()["gauge"]
    assert (told["value"], told["verdict"]) == (5.0, {"they agree": "match", "they do not agree": "other"}.get(words))
    assert (
        client.post(
            "/api/v1/vision/recognition/text", body | {"sensor": "tank-9/level"}, content_type="application/json"
        ).status_code
        == 400
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_sensors_near_the_camera_stand_beside_a_sighting(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    gate = Gate()
    near, far = make_level(), make_level("tank-2")
    type(far).objects.filter(pk=far.pk).update(lon=120.41)
    Camera.objects.update(lon=120.4003, lat=36.2)
    page = signed_in(gate.keeper).get(f"/vision/sightings/{seen(gate).pk}/").content.decode()
    assert f"/sensors/{near.pk}/" in page and f"/sensors/{far.pk}/" not in page
