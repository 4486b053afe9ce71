"""What is cut out of a picture to stand beside an event."""

import io

from PIL import Image

_QUALITY = 85
_AROUND = 0.1  # of the longer side of a box, on each side of the crop


def cropped(picture: Image.Image, box: tuple[float, float, float, float], longer_px: int) -> bytes:
    """The part of a picture with a little around it, as a JPEG of at most that size."""
    left, upper, wide, high = (part * side for part, side in zip(box, picture.size * 2, strict=True))
    around = _AROUND * max(wide, high)
    part = picture.crop(
        (
            max(0, int(left - around)),
            max(0, int(upper - around)),
            min(picture.width, max(int(left + wide + around), int(left) + 2)),
            min(picture.height, max(int(upper + high + around), int(upper) + 2)),
        )
    )
    part.thumbnail((longer_px, longer_px))
    made = io.BytesIO()
    part.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()
