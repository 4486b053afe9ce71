"""A picture of a test set, for who looks at what a model got wrong."""

import io
import zipfile
from typing import Final

from PIL import ImageOps

from tocsin.base.errors import Conflict
from tocsin.vision.health.policy import health_policy
from tocsin.vision.health.services.decoding import open_frame
from tocsin.vision.recognition.models import OwnModelPicture
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import TEST_SET, version_folder

_SIDE: Final = 960
_QUALITY: Final = 85


def picture_of(row: OwnModelPicture) -> bytes:
    """The picture as a JPEG of at most 960 pixels; Conflict where the test set is deleted. Its version and model are loaded."""
    version = row.version
    path = version_folder(version.model.code, version.pk) / TEST_SET
    try:
        with zipfile.ZipFile(path) as archive, archive.open(row.name) as opened:
            data = opened.read(recognition_policy().own.most_picture_bytes)
        with open_frame(data, health_policy().frame) as frame:
            picture = ImageOps.exif_transpose(frame).convert("RGB")
    except (OSError, KeyError, zipfile.BadZipFile, SyntaxError, ValueError):
        raise Conflict("the test set of this version is deleted") from None
    picture.thumbnail((_SIDE, _SIDE))
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
