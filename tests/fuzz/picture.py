"""Pictures and PDF files that are attached."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC
from io import BytesIO

from PIL import Image

from tocsin.base.errors import InvalidInput
from tocsin.records.attachments.policy import ATTACHMENTS
from tocsin.records.attachments.services.checking import JPEG, PDF, check_upload

MOST = 4_000


def check(data: bytes) -> None:
    """A picture that is made anew, small and without what it told, or words about what can't be read."""
    with suppress(InvalidInput):
        checked = check_upload(data, ATTACHMENTS.shipped, UTC)
        assert checked.media_type in (JPEG, PDF)


def seeds() -> Iterator[bytes]:
    """Each kind that is taken, with what a camera tells, and two that are not."""
    for kind, mode in (("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("GIF", "P")):
        held = BytesIO()
        picture = Image.new(mode, (6, 4))
        told = picture.getexif()
        told[0x0132], told[0x0112] = "2026:01:01 08:00:00", 6
        picture.save(held, kind, exif=told) if kind != "GIF" else picture.save(held, kind)
        yield held.getvalue()
    yield b"%PDF-1.7\n%%EOF\n"
