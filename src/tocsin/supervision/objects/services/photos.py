"""The perceptual hash of photos that were given as proof."""

import io
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
from PIL import Image

from tocsin.engine.pictures import SIDE, difference_hash, is_plain
from tocsin.supervision.objects.models import PhotoPrint

if TYPE_CHECKING:
    from tocsin.supervision.objects.models import SupervisedObject

_SMALL = (288, 256)


def keep_print(attachment_id: UUID | None, supervised_object: "SupervisedObject", picture: bytes, now: datetime) -> None:
    """Keeps what the photo looks like, once; nothing for a PDF or a picture that shows nothing. The file was checked before."""
    if attachment_id is None or picture.startswith(b"%PDF-"):
        return
    with Image.open(io.BytesIO(picture)) as opened:
        opened.draft("L", _SMALL)
        grey = np.asarray(opened.convert("L").resize(_SMALL, Image.Resampling.BOX), dtype=np.uint8)
    if is_plain(grey):
        return
    told = f"{difference_hash(grey):0{SIDE * SIDE // 4}x}"
    PhotoPrint.objects.get_or_create(attachment_id=attachment_id, defaults={"object": supervised_object, "hash": told, "at": now})
