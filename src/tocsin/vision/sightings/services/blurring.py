"""Faces in the crops of sightings are looked for once, beside everything else."""

from datetime import datetime
from typing import Final

from tocsin.records.face import look_at
from tocsin.vision.sightings.models import Crop
from tocsin.vision.sightings.queries import crops_to_look_at

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
