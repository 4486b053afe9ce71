"""Photos of iPhones, and what comes in their dress: each is kept without traces, or refused with words that say why."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from tests.pictures import picture
from tocsin.base.errors import InvalidInput
from tocsin.records.attachments.policy import ATTACHMENTS
from tocsin.records.attachments.services.checking import Checked, check_upload

GOLDEN = Path(__file__).parents[1] / "golden" / "heic"  # made by pillow-heif 1.8 from pictures of one colour


def check(data: bytes) -> Checked:
    return check_upload(data, ATTACHMENTS.shipped, ZoneInfo("Asia/Shanghai"))


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.heic").read_bytes()


REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "60 megapixels": (lambda: golden("60-megapixels"), "8944 × 6708 pixels, more than 50 megapixels"),
    "another size than it says": (lambda: golden("claims-64x48-holds-60-megapixels"), "or it is damaged"),
    "cut off": (lambda: golden("phone")[:600], "or it is damaged"),
    "a head and nothing more": (lambda: b"\0\0\0\x18ftypheic" + bytes(64), "or it is damaged"),
    "a film": (lambda: b"\0\0\0\x18ftypisom" + bytes(64), "This is a film"),
    "a moving picture": (lambda: b"\0\0\0\x18ftyphevc" + bytes(64), "This is a film"),
    "AVIF": (lambda: picture("AVIF", (16, 16)), "of a kind that is not read here"),
}


@pytest.mark.parametrize(("make", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused_and_why(make: Callable[[], bytes], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        check(make())


def test_a_photo_of_a_phone_is_turned_and_has_lost_its_owner() -> None:
    data = golden("phone")
    assert b"OwnerOfThePhone" in data
    kept = check(data)
    assert (kept.media_type, kept.width, kept.height) == ("image/jpeg", 200, 400)
    assert (kept.taken_at, kept.position) == (datetime(2026, 11, 24, 5, 10, tzinfo=UTC), (120.4, 36.175))
    with Image.open(io.BytesIO(kept.data)) as again:
        assert not again.getexif() and again.getpixel((195, 5))[2] > again.getpixel((5, 195))[2], (
            "its blue corner is at the right"
        )
    assert b"OwnerOfThePhone" not in kept.data


def exif_of(told: bytes) -> bytes:
    """A JPEG with an EXIF segment of these bytes, as long as a segment may be."""
    return picture("JPEG", exif=b"Exif\0\0" + told.ljust(65_000, b"\0"))


ODD: dict[str, Callable[[], bytes]] = {
    "a table of tags that leads to itself": lambda: exif_of(b"II*\0\x08\0\0\0\1\0\x69\x87\4\0\1\0\0\0\x08\0\0\0\x08\0\0\0"),
    "ten thousand tags": lambda: exif_of(b"II*\0\x08\0\0\0\x10\x27" + b"\x0f\1\2\0\xff\xff\xff\x7f\x08\0\0\0" * 5_000),
    "tags that are none": lambda: exif_of(b"MM\0*\xff\xff\xff\xff"),
    "a position that can't be": lambda: exif_of(
        b"II*\0\x08\0\0\0\1\0\x25\x88\4\0\1\0\0\0\x1a\0\0\0\0\0\0\0\1\0\2\0\5\0\3\0\0\0\0\0\0\0"
    ),
    "a picture that moves": lambda: picture("PNG", append_images=[Image.new("RGB", (400, 200), "navy")], save_all=True),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD)
def test_what_is_odd_beside_the_colours_goes_with_the_rest(make: Callable[[], bytes]) -> None:
    kept = check(make())
    assert (kept.width, kept.height, kept.taken_at, kept.position) == (400, 200, None, None)
    assert len(kept.data) < 10_000 and b"Exif" not in kept.data
