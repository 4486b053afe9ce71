"""Crops as they are shown: blurred for who may look and not decide, and whether they are as at capture."""

from hashlib import sha256
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from tocsin.base.errors import InvalidInput
from tocsin.records.face import LookVerdict, blurred_jpeg
from tocsin.vision.cameras.policy import kinds
from tocsin.vision.sightings.models import Crop, Recognition
from tocsin.vision.sightings.rules.blurring import MOST_PIXELS, QUALITY, hidden_boxes


def blurred(crop: Crop, kind: str) -> bytes:
    """The crop for who may look and not decide, made from its colours alone. InvalidInput for bytes that are no picture, or too
    many pixels.
    """
    known = kinds().get(kind)
    found = [(left, top, width, height) for left, top, width, height in crop.hidden]
    try:
        with Image.open(BytesIO(crop.data), formats=("JPEG",)) as opened:
            size = opened.size
        if size[0] * size[1] > MOST_PIXELS:
            raise InvalidInput(_("This crop has too many pixels to be blurred."))
        boxes = hidden_boxes(size, known.blurred_upper if known else 1.0, found, looked=crop.looked == LookVerdict.LOOKED.value)
        return blurred_jpeg(bytes(crop.data), boxes, quality=QUALITY)
    except (OSError, Image.DecompressionBombError):
        raise InvalidInput(_("This crop is no picture that can be read.")) from None


def is_intact(event: Recognition | None) -> bool | None:
    """Whether the crop still has the hash of its capture; None where there is no crop."""
    crop = getattr(event, "crop", None)
    return None if event is None or crop is None else sha256(crop.data).hexdigest() == event.sha256
