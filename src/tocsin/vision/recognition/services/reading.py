"""The text of one picture, read in a process that ends with it. The picture is kept nowhere."""

import io
from typing import Final

import msgspec
from PIL import Image, ImageOps

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.records.face import text_models
from tocsin.vision.health.policy import health_policy
from tocsin.vision.health.services.decoding import open_frame
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.rules.text import ReadLine, ReadText
from tocsin.vision.recognition.services.confined import ConfinedProcess, Fallen, Unhandled
from tocsin.vision.recognition.services.giving_way import LAST

CHILD: Final = "tocsin.vision.recognition.services.reading_child"
_SIDE: Final = 2600  # pixels of the longer side: what is larger is read no better
_QUALITY: Final = 90
_MOST_ANSWER: Final = 1_000_000


def read_text(data: bytes, within_s: float | None = None, niceness: int = LAST) -> ReadText:
    """Reads a JPEG or PNG, in seconds; `within_s`: another limit than that of a person who waits.

    InvalidInput: no picture, or the reader ends over it. Unavailable: no models or time.
    """
    models, figures = text_models(), recognition_policy().reading
    most_s = figures.within_s if within_s is None else within_s
    if models is None:
        raise Unavailable("the models that read text are not in this installation: install Tocsin's own wheel")
    upright, size = _upright(data, figures.most_bytes)
    memory, side = figures.reader_mb * 1_000_000, figures.side_px
    arguments = (str(memory), *(str(one) for one in models), str(side), str(niceness))
    process = ConfinedProcess(CHILD, *arguments, most_answer_bytes=_MOST_ANSWER)
    try:
        answer = process.ask(upright, most_s)
    except Fallen as fallen:
        if fallen.slow:
            raise Unavailable("reading took more than %(most)g s: try again, or with a smaller picture", most=most_s) from None
        raise InvalidInput("the reader ended over this picture: try with a smaller part of it") from None
    except Unhandled:
        raise InvalidInput("the reader could make nothing of this picture") from None
    finally:
        process.end()
    return ReadText(decode_json(answer, list[ReadLine]), upright, *size)


def _upright(data: bytes, most_bytes: int) -> tuple[bytes, tuple[int, int]]:
    try:
        with open_frame(data, msgspec.structs.replace(health_policy().frame, most_bytes=most_bytes)) as opened:
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, SyntaxError, ValueError):
        raise InvalidInput("the picture is broken: its end is missing, or it was changed on its way") from None
    picture.thumbnail((_SIDE, _SIDE), Image.Resampling.LANCZOS)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue(), picture.size
