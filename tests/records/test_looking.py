"""Faces and plates in pictures: found by the models that the installation carries, in a child that may fall without harm."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.pictures import picture, street
from tocsin.engine.blurring import Box, BoxKind
from tocsin.records.attachments.services import looking
from tocsin.records.attachments.services.looking import Looked, LookVerdict, blurred_jpeg, look_at

FACE = (315, 360)  # the middle of the drawn one
PLATE = (840, 668)


def covers(box: Box, point: tuple[int, int]) -> bool:
    return box.left < point[0] < box.left + box.width and box.top < point[1] < box.top + box.height


def test_a_face_and_a_plate_are_proposed() -> None:
    found = look_at(street())
    assert found.verdict is LookVerdict.LOOKED
    (face,) = (one for one in found.boxes if one.kind is BoxKind.FACE)
    (plate,) = (one for one in found.boxes if one.kind is BoxKind.PLATE)
    assert covers(face, (300, 360)) and 150 < face.width < 400 and 0.35 < face.score <= 1
    assert covers(plate, PLATE) and 180 < plate.width < 400 and 0.5 < plate.score <= 1


def test_a_large_picture_has_its_boxes_in_its_own_pixels() -> None:
    """The models see it smaller; what is proposed lies where it is in the kept copy."""
    with Image.open(io.BytesIO(street(face=0))) as small:
        large = io.BytesIO()
        small.resize((2400, 1800)).save(large, "JPEG", quality=90)
    (plate,) = look_at(large.getvalue()).boxes
    assert covers(plate, (PLATE[0] * 2, PLATE[1] * 2)) and 360 < plate.width < 800


def test_where_nothing_is_nothing_is_proposed() -> None:
    assert look_at(street((640, 480), face=0, plate="")) == Looked(LookVerdict.LOOKED)
    assert look_at(picture("JPEG", (9, 5))) == Looked(LookVerdict.LOOKED)


def test_what_is_no_picture_leaves_the_boxes_to_a_person() -> None:
    assert look_at(b"\xff\xd8\xff" + bytes(100)) == Looked(LookVerdict.FELL)


def test_who_wants_too_much_memory_falls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MEMORY_BYTES", 350_000_000)
    assert look_at(street()) == Looked(LookVerdict.FELL)


def test_who_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "WAIT_S", 0.01)
    assert look_at(street()) == Looked(LookVerdict.TOO_SLOW)


def test_an_installation_without_the_models_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The child looks for them where the package has them; it is asked here as the child asks."""
    monkeypatch.setattr(looking, "WEIGHTS", tmp_path)
    assert looking.look(street(), io.BytesIO()) == looking._MISSING


def test_only_the_child_holds_the_models() -> None:
    """Whoever imports what the worker imports has no model, no runtime and no scipy."""
    asked = f"import sys, {looking.__name__}; print([one for one in ('onnxruntime', 'scipy') if one in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_blurred_copy_has_its_colours_and_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x013B] = "OwnerOfThePhone"
    whole = picture("JPEG", (400, 200), exif=exif)
    kept = blurred_jpeg(whole, [Box(BoxKind.PLATE, 100, 50, 80, 30)], quality=86)
    with Image.open(io.BytesIO(kept)) as again:
        assert again.size == (400, 200) and not again.getexif()
        assert np.ptp(np.asarray(again)[55:75, 110:170].reshape(-1, 3), axis=0).max() < 8, (
            "one colour but for the JPEG's own noise"
        )
    assert b"OwnerOfThePhone" in whole and b"OwnerOfThePhone" not in kept
