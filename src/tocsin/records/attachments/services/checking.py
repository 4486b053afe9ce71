"""What an upload really is, by its content, and the harmless form in which it is kept. Pure: bytes in, bytes out.

A picture is decoded and encoded anew: what a camera or a person hid in it (position, owner, thumbnails, a script behind its end)
does not survive. A PDF is kept as it came, to be downloaded and never shown by this server.
"""

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps

from tocsin.base.errors import InvalidInput
from tocsin.records.attachments.policy import AttachmentPolicy

JPEG = "image/jpeg"
PDF = "application/pdf"
_PICTURES = ("JPEG", "PNG", "WEBP")  # the only decoders that see an upload
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


@dataclass(frozen=True)
class Checked:
    """What is kept: its type, its bytes, and of a picture its size in pixels and when the camera says it was taken."""

    media_type: str
    data: bytes
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None


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
    try:
        return _checked_picture(data, policy, zone)
    except (*_BROKEN, Image.DecompressionBombError):
        raise InvalidInput(_("The file is no JPEG, PNG or WebP picture and no PDF, or it is damaged.")) from None


def _checked_pdf(data: bytes) -> Checked:
    if b"%%EOF" not in data[-_PDF_END_WITHIN:]:
        raise InvalidInput(_("The PDF is damaged: its end is missing."))
    return Checked(PDF, data)


def _checked_picture(data: bytes, policy: AttachmentPolicy, zone: tzinfo) -> Checked:
    with Image.open(io.BytesIO(data), formats=_PICTURES) as opened:
        if opened.width * opened.height > policy.largest_megapixels * 1e6:
            raise InvalidInput(
                _("The picture has more than %(megapixels)g megapixels.") % {"megapixels": policy.largest_megapixels}
            )
        taken_at = _taken_at(opened, zone)
        opened.thumbnail((policy.kept_side_pixels, policy.kept_side_pixels))  # a JPEG is decoded no larger than needed
        plain = _on_white(ImageOps.exif_transpose(opened))
    kept = io.BytesIO()
    plain.save(kept, "JPEG", quality=policy.kept_quality, optimize=True)
    return Checked(JPEG, kept.getvalue(), plain.width, plain.height, taken_at)


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
