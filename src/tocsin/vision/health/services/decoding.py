"""Frames as cameras send them become grey pictures of the working size, and pictures that are kept."""

import io
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import ExifTags, Image
from PIL.Image import DecompressionBombError

from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.pictures import HEIGHT, LEAST, WIDTH, Floats, working_picture
from tocsin.vision.health.policy import FrameLimits

if TYPE_CHECKING:
    from collections.abc import Buffer

_FORMATS: Final = ("JPEG", "PNG")
_QUALITY: Final = 85


def open_frame(data: bytes, limits: FrameLimits) -> Image.Image:
    """A frame whose size is known to be allowed, not decoded yet; InvalidInput says what is wrong with it."""
    if len(data) > limits.most_bytes:
        raise InvalidInput("a frame has at most %(most)s bytes; this one has %(count)s", most=limits.most_bytes, count=len(data))
    try:
        opened = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (OSError, SyntaxError, DecompressionBombError):
        raise InvalidInput("the frame is no JPEG and no PNG") from None
    if opened.width * opened.height > limits.most_megapixels * 1e6:
        raise InvalidInput(
            "the frame has %(width)s × %(height)s pixels; at most %(most)s million are read",
            width=opened.width,
            height=opened.height,
            most=limits.most_megapixels,
        )
    if opened.height < LEAST[0] or opened.width < LEAST[1]:
        raise InvalidInput(
            "the frame has %(width)s × %(height)s pixels; at least 160 × 90 are needed", width=opened.width, height=opened.height
        )
    return opened


def read_grey(data: bytes, limits: FrameLimits) -> Floats:
    """The frame as `engine.frames` judges it."""
    try:
        with open_frame(data, limits) as opened:
            opened.draft("L", (2 * WIDTH, 2 * HEIGHT))
            return working_picture(np.asarray(opened.convert("L")))
    except (OSError, SyntaxError, ValueError):
        raise InvalidInput("the frame is broken: its end is missing, or it was changed on its way") from None


def taken_at(data: bytes, limits: FrameLimits, zone: tzinfo) -> datetime | None:
    """When the camera says that it took the frame (Exif, local time of `zone` unless it tells its own); None: it says nothing."""
    with open_frame(data, limits) as opened:
        inner = opened.getexif().get_ifd(ExifTags.IFD.Exif)
    try:
        taken = datetime.strptime(str(inner.get(ExifTags.Base.DateTimeOriginal, "")), "%Y:%m:%d %H:%M:%S").replace(tzinfo=zone)
        offset = str(inner.get(ExifTags.Base.OffsetTimeOriginal, ""))
        return datetime.fromisoformat(taken.replace(tzinfo=None).isoformat() + offset) if offset else taken
    except ValueError:
        return None


def kept_picture(picture: Floats) -> bytes:
    """A working picture as a JPEG."""
    made = io.BytesIO()
    Image.fromarray(picture.round().astype(np.uint8)).save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()


def kept_grey(data: "Buffer") -> Floats:
    """And back."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as opened:
        return np.asarray(opened.convert("L"), dtype=np.float32)
