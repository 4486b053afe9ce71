"""Crops: blurred for who only looks, each look at an original audited, taken away as one file that sha256sum verifies."""

import io
import math
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tests.vision.test_cameras import registered
from tocsin.engine.blurring import Box, BoxKind, blur
from tocsin.records.audit.models import AuditEntry
from tocsin.records.face import Looked, LookVerdict
from tocsin.vision.cameras.models import Camera
from tocsin.vision.sightings.models import Crop, CropView, Recognition, Sighting
from tocsin.vision.sightings.rules.blurring import hidden_boxes
from tocsin.vision.sightings.services.blurring import look_at_crops

NOW = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
NOISE = np.random.default_rng(7).integers(0, 256, (96, 64, 3), dtype=np.uint8)


def noisy_jpeg() -> bytes:
    kept = io.BytesIO()
    Image.fromarray(NOISE).save(kept, "JPEG", quality=95)
    return kept.getvalue()


@pytest.fixture
def sighting(monkeypatch: pytest.MonkeyPatch) -> Sighting:
    stand_at(monkeypatch, NOW)
    return smoker(registered(make_person("supervisor")), noisy_jpeg())


def smoker(camera: Camera, data: bytes) -> Sighting:
    event = Recognition.objects.create(
        camera=camera,
        event_id="e1",
        model="m",
        kind="smoking",
        at=NOW,
        received_at=NOW,
        score=0.9,
        box=[0.1, 0.1, 0.2, 0.4],
        sha256=sha256(data).hexdigest(),
        judged=True,
    )
    Crop.objects.create(recognition=event, data=data)
    moments = dict.fromkeys(("began_at", "raised_at", "last_at"), NOW)
    return Sighting.objects.create(
        camera=camera,
        region_code=LICANG,
        kind="smoking",
        asks="finding",
        count=3,
        best_score=0.9,
        first=event,
        best=event,
        **moments,
    )


def roughness(picture: bytes) -> tuple[float, float]:
    """Mean difference of neighbours in the upper and the lower half."""
    with Image.open(io.BytesIO(picture)) as opened:
        colours = np.asarray(opened.convert("L"), dtype=np.float64)
    half = colours.shape[0] // 2
    upper, lower = (float(np.abs(np.diff(part, axis=1)).mean()) for part in (colours[: half - 4], colours[half + 4 :]))
    return upper, lower


@pytest.mark.one_database
@given(st.integers(8, 60), st.integers(8, 60), st.integers(0, 100), st.booleans(), st.integers(0, 2**32 - 1))
def test_nothing_of_the_hidden_part_comes_through(width: int, height: int, percent: int, looked: bool, seed: int) -> None:
    random = np.random.default_rng(seed)
    first = random.integers(0, 256, (height, width, 3), dtype=np.uint8)
    rows = height if not looked else math.ceil(height * (percent / 100))
    boxes = hidden_boxes((width, height), percent / 100, [(0, 0, 3, height)], looked=looked)
    shown = blur(first, boxes)
    assert (shown[rows:, 3:] == first[rows:, 3:]).all(), "the rest stays as it is"
    assert len(np.unique(shown[:, :3].reshape(-1, 3), axis=0)) == 1, "a found face is one colour"
    if rows:
        assert len(np.unique(shown[:rows, 3:].reshape(-1, 3), axis=0)) <= 1 or min(rows, width) >= 48, "a small one is even"


@pytest.mark.django_db
def test_who_only_looks_gets_it_blurred_and_leaves_no_trace(sighting: Sighting, english: None) -> None:
    viewer = signed_in(make_person("viewer"))
    whole = viewer.get(f"/vision/sightings/{sighting.pk}/best/").content
    assert max(roughness(whole)) < 4, "nobody has looked for faces: all of it is hidden"
    Crop.objects.update(looked="looked")
    upper, lower = roughness(viewer.get(f"/vision/sightings/{sighting.pk}/best/").content)
    assert upper < 4 < 20 < lower
    assert not CropView.objects.exists()
    assert viewer.get(f"/vision/sightings/{sighting.pk}/evidence/").status_code == 403
    assert viewer.get(f"/api/v1/vision/sightings/{sighting.pk}/evidence").status_code == 403
    Crop.objects.update(data=b"\xff\xd8\xff broken \xff\xd9")
    assert viewer.get(f"/vision/sightings/{sighting.pk}/best/").status_code == 400


@pytest.mark.django_db
def test_each_look_at_an_original_is_audited(sighting: Sighting, monkeypatch: pytest.MonkeyPatch) -> None:
    officer = signed_in(make_person("duty_officer"))
    for minutes in (0, 1, 2, 15, 16, 60):
        stand_at(monkeypatch, NOW + timedelta(minutes=minutes))
        assert officer.get(f"/vision/sightings/{sighting.pk}/best/").content == noisy_jpeg()
    assert AuditEntry.objects.filter(action="sighting.seen").count() == 3
    assert CropView.objects.get().count == 6


@pytest.mark.django_db
def test_evidence_is_verified_by_sha256sum(sighting: Sighting, tmp_path: Path, english: None) -> None:
    officer = signed_in(make_person("duty_officer"))

    def check(name: str) -> subprocess.CompletedProcess[str]:
        folder = tmp_path / name
        with zipfile.ZipFile(io.BytesIO(officer.get(f"/vision/sightings/{sighting.pk}/evidence/").content)) as archive:
            archive.extractall(folder)
        return subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False)

    good = check("good")
    assert (good.returncode, good.stdout.count("OK")) == (0, 4)
    assert (tmp_path / "good/best.jpg").read_bytes() == noisy_jpeg()
    assert ",True," in (tmp_path / "good/custody.csv").read_text(), "taking it away stands in it"
    assert "no longer the hash" not in " ".join(words_of(officer.get(f"/vision/sightings/{sighting.pk}/").content))
    Crop.objects.update(data=noisy_jpeg()[:-2] + b"\0\xff\xd9")
    altered = check("altered")
    assert altered.returncode == 1
    assert "best.jpg: FAILED" in altered.stdout
    assert "no longer the hash" in " ".join(words_of(officer.get(f"/vision/sightings/{sighting.pk}/").content))
    assert AuditEntry.objects.filter(action="sighting.exported").count() == 2


@pytest.mark.django_db
def test_faces_are_looked_for_once(sighting: Sighting, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []

    def look(jpeg: bytes) -> Looked:
        seen.append(jpeg)
        return Looked(LookVerdict.LOOKED, (Box(BoxKind.FACE, 3, 4, 5, 6, 0.9),))

    monkeypatch.setattr("tocsin.vision.sightings.services.blurring.look_at", look)
    assert not look_at_crops(now=NOW)
    assert not look_at_crops(now=NOW)
    crop = Crop.objects.get()
    assert (seen, crop.looked, crop.hidden) == ([noisy_jpeg()], "looked", [[3, 4, 5, 6]])
