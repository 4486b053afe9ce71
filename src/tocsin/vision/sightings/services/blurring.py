"""Faces in the crops of sightings are looked for once, beside everything else; who may not decide gets them blurred."""

from datetime import datetime
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image

from tocsin.base.errors import InvalidInput
from tocsin.records.face import LookVerdict, blurred_jpeg, look_at
from tocsin.vision.cameras.policy import kinds
from tocsin.vision.sightings.models import Crop
from tocsin.vision.sightings.queries import crops_to_look_at
from tocsin.vision.sightings.rules.blurring import MOST_PIXELS, QUALITY, hidden_boxes

AT_ONCE: Final = 4


def look_at_crops(*, now: datetime) -> bool:
    """Looks for faces and plates in some crops of sightings in which nobody has looked, newest sightings first, outside of any
    transaction: seconds each. Whether there may be more.
    """
    found = list(crops_to_look_at(now)[:AT_ONCE])
    for crop in found:
        seen = look_at(bytes(crop.data))
        boxes = [[one.left, one.top, one.width, one.height] for one in seen.boxes]
        Crop.objects.filter(pk=crop.pk).update(hidden=boxes, looked=seen.verdict.value)
    return len(found) == AT_ONCE


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
