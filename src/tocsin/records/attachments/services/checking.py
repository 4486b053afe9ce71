"""What an upload really is, by its content, and the harmless form in which it is kept. Pure: bytes in, bytes out.

A picture is decoded and encoded anew: what a camera or a person hid in it (position, owner, thumbnails, a script behind its end)
does not survive. A PDF is kept as it came, to be downloaded and never shown by this server.
"""

import io
import logging
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, cast

import numpy as np
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from tocsin.base.errors import InvalidInput
from tocsin.engine.pictures import SIDE, difference_hash, is_plain
from tocsin.records.attachments.policy import AttachmentPolicy
from tocsin.records.attachments.services.heic import TooManyPixels, is_heic, png_of_heic

if TYPE_CHECKING:
    from collections.abc import Sequence

logging.getLogger("PIL").setLevel(
    logging.INFO
)  # below it writes what a camera wrote into the log: owner, position, serial number

JPEG = "image/jpeg"
PDF = "application/pdf"
SEALED = "application/age"
_PICTURES = ("JPEG", "PNG", "WEBP")  # the only decoders that see an upload in this process
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)
_PDF_END_WITHIN = 1024
_LOOK = (288, 256)
_SOS = 0xDA
_FRAMES = (0xC0, 0xC1)  # baseline and extended sequential, Huffman
_PROGRESSIVE = frozenset(range(0xC2, 0xD0)) - {0xC4, 0xC8, 0xCC}  # and what libjpeg reads by whole frames or not at all


@dataclass(frozen=True)
class Checked:
    """What is kept: its type, its bytes, and of a picture its size in pixels and when the camera says it was taken.

    `position`: longitude and latitude that the camera wrote, for who compares it; it is kept nowhere.
    `look`: 64 bits of what is to be seen (`engine.pictures`) in hexadecimal; empty for a PDF and for what shows nothing.
    """

    media_type: str
    data: bytes
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    look: str = ""
    position: tuple[float, float] | None = None


def check_upload(data: bytes, policy: AttachmentPolicy, zone: tzinfo) -> Checked:
    """The form in which these bytes are kept; InvalidInput tells what is wrong with them.

    Name and type that a browser claims count for nothing. `zone` is that of cameras that tell a time without one.
    """
    if not data:
        raise InvalidInput(_("The file is empty."))
    if len(data) > policy.largest_megabytes * 1e6:
        raise InvalidInput(_("The file has more than %(megabytes)g MB.") % {"megabytes": policy.largest_megabytes})
    if data.startswith(b"%PDF-"):
        return _checked_pdf(data)
    if data[4:8] == b"ftyp" and not is_heic(data):
        raise InvalidInput(_("This is a film, or a picture of a kind that is not read here: send a photo as JPEG or HEIC."))
    try:
        return _checked_picture(_from_heic(data, policy) if is_heic(data) else data, policy, zone)
    except (*_BROKEN, Image.DecompressionBombError):
        raise InvalidInput(_("The file is no JPEG, PNG, WebP or HEIC picture and no PDF, or it is damaged.")) from None


def _from_heic(data: bytes, policy: AttachmentPolicy) -> bytes:
    try:
        return png_of_heic(data, most_megapixels=policy.largest_megapixels_heic, side=policy.kept_side_pixels)
    except TooManyPixels as error:
        raise _too_large(error.width, error.height, policy.largest_megapixels_heic) from None


def _too_large(width: int, height: int, most: float) -> InvalidInput:
    told = {"megapixels": most, "width": width, "height": height}
    words = _(
        "The picture has %(width)d × %(height)d pixels, more than %(megapixels)g megapixels: "
        "send it smaller, or as the JPEG that the camera took."
    )
    return InvalidInput(words % told)


def _checked_pdf(data: bytes) -> Checked:
    if b"%%EOF" not in data[-_PDF_END_WITHIN:]:
        raise InvalidInput(_("The PDF is damaged: its end is missing."))
    return Checked(PDF, data)


def _checked_picture(data: bytes, policy: AttachmentPolicy, zone: tzinfo) -> Checked:
    with Image.open(io.BytesIO(data), formats=_PICTURES) as opened:
        most = _most_megapixels(opened, data, policy)
        if opened.width * opened.height > most * 1e6:
            raise _too_large(opened.width, opened.height, most)
        taken_at, position = _taken_at(opened, zone), _position(opened)
        kept_size = (policy.kept_side_pixels, policy.kept_side_pixels)
        opened.draft(None, kept_size)  # a JPEG is decoded no larger than needed
        opened.thumbnail(kept_size)
        look = _look(opened)
        plain = _on_white(ImageOps.exif_transpose(opened))
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=policy.kept_quality, optimize=True)
    return Checked(JPEG, kept.getvalue(), plain.width, plain.height, taken_at, look, position)


def _most_megapixels(picture: Image.Image, data: bytes, policy: AttachmentPolicy) -> float:
    if picture.format == "WEBP":
        return policy.largest_megapixels_webp
    return policy.largest_megapixels if decodes_smaller(data) else policy.largest_megapixels_whole


def decodes_smaller(data: bytes) -> bool:
    """Whether these bytes are a JPEG of one scan, which a decoder reads at a fraction of its size, row by row.

    Of more scans (progressive, or each colour for itself) it holds all coefficients first: up to 6 bytes for each pixel.
    ITU-T T.81, Annex B: up to the first scan's head (SOS) each segment tells its length.
    """
    at, colours = 2, 0
    while data[:2] == b"\xff\xd8" and at + 5 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            return data[at + 4] == colours
        if marker in _PROGRESSIVE:
            return False
        if marker in _FRAMES:
            colours = data[at + 9] if at + 9 < len(data) else 0
        at += 1 if marker == 0xFF else 2 + length  # a segment may be preceded by fill bytes
    return False


def _look(picture: Image.Image) -> str:
    grey = np.asarray(picture.convert("L").resize(_LOOK, Image.Resampling.BOX), dtype=np.uint8)
    return "" if is_plain(grey) else f"{difference_hash(grey):0{SIDE * SIDE // 4}x}"


def _on_white(picture: Image.Image) -> Image.Image:
    """The colours alone, in a new picture: nothing else is carried over."""
    coloured = picture.convert("RGBA")
    ground = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(ground, coloured).convert("RGB")


def _taken_at(picture: Image.Image, zone: tzinfo) -> datetime | None:
    exif = picture.getexif().get_ifd(ExifTags.IFD.Exif)
    told = str(exif.get(ExifTags.Base.DateTimeOriginal, ""))
    offset = str(exif.get(ExifTags.Base.OffsetTimeOriginal, ""))
    for text, form in ((f"{told}{offset}", "%Y:%m:%d %H:%M:%S%z"), (told, "%Y:%m:%d %H:%M:%S")):
        try:
            taken_at = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows below
        except ValueError:
            continue
        return taken_at if taken_at.tzinfo else taken_at.replace(tzinfo=zone)
    return None


def _position(picture: Image.Image) -> tuple[float, float] | None:
    """Where the camera says that it was (CIPA DC-008, GPS IFD); None where it says nothing that can be."""
    told = picture.getexif().get_ifd(ExifTags.IFD.GPSInfo)
    lat = _degrees(told.get(ExifTags.GPS.GPSLatitude), told.get(ExifTags.GPS.GPSLatitudeRef, "N"), 90.0)
    lon = _degrees(told.get(ExifTags.GPS.GPSLongitude), told.get(ExifTags.GPS.GPSLongitudeRef, "E"), 180.0)
    return None if lon is None or lat is None else (lon, lat)


def _degrees(told: object, side: object, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(one) for one in cast("Sequence[float]", told))
    except (TypeError, ValueError, ArithmeticError):
        return None
    found = degrees + minutes / 60 + seconds / 3600
    return (-found if str(side).upper() in ("S", "W") else found) if 0 <= found <= most else None
