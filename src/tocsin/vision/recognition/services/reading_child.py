"""Reads text in a picture, in a process of its own: `… MEMORY LINES READER SIDE NICENESS`, see `confined`."""

import io
import sys
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from PIL import Image

from tocsin.engine.frames.text import TextLine, lines_of, plate_in, read_signs
from tocsin.vision.recognition.rules.text import ReadLine
from tocsin.vision.recognition.services.confined import serve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Floats = NDArray[np.float32]

_MULTIPLE: Final = 32
HIGH: Final = 48  # pixels of a line as it is read
_LEAST_LONG, _MOST_LONG = 320, 2400
_SURE: Final = 0.9  # a line that is read less surely is read the other way up, too
_LEAST_HIGH: Final = 6  # pixels; smaller lines are not read


class TextReader:
    """Two models: one marks where text stands, one reads a line. `side`: the longer side of what the first sees, in pixels."""

    def __init__(self, lines: str, reader: str, side: int) -> None:
        self._lines, self._reader = _session(lines), _session(reader)
        self._signs = self._reader.get_modelmeta().custom_metadata_map["character"].split("\n")
        self._side = side

    def read(self, request: bytes) -> bytes:
        """A JPEG or PNG; the answer is JSON of `ReadLine`. ValueError: it is no picture."""
        try:
            with Image.open(io.BytesIO(request), formats=("JPEG", "PNG")) as opened:
                picture = opened.convert("RGB")
        except (OSError, SyntaxError, Image.DecompressionBombError):
            raise ValueError("no picture") from None
        found = [self._read_line(picture, one) for one in self._find(picture)]
        return msgspec.json.encode([one for one in found if one is not None])

    def _find(self, picture: Image.Image) -> list[TextLine]:
        share = min(self._side / max(picture.size), 2.0)
        width, height = (max(_MULTIPLE, round(side * share / _MULTIPLE) * _MULTIPLE) for side in picture.size)
        (ink,) = _answers(self._lines, _batch(picture.resize((width, height), Image.Resampling.BILINEAR)))
        across, down = picture.width / width, picture.height / height
        return [
            TextLine(tuple((x * across, y * down) for x, y in one.corners), one.score)  # type: ignore[arg-type] # four stay four
            for one in lines_of(ink[0, 0])
        ]

    def _read_line(self, picture: Image.Image, line: TextLine) -> ReadLine | None:
        long, high = line.size
        if min(long, high) < _LEAST_HIGH:
            return None
        upper_left, upper_right, lower_right, lower_left = line.corners
        quad = (*upper_left, *lower_left, *lower_right, *upper_right)
        cut = picture.transform((max(1, round(long)), max(1, round(high))), Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
        text, confidence = self._read_signs(cut)
        corners = line.corners
        if confidence < _SURE:  # it may stand on its head, as lines that are written upwards do here
            other, surer = self._read_signs(cut.rotate(180))
            if surer > confidence:
                text, confidence, corners = other, surer, (*corners[2:], *corners[:2])
        if not text.strip():
            return None
        shares = [(round(x / picture.width, 5), round(y / picture.height, 5)) for x, y in corners]
        return ReadLine(text=text.strip(), confidence=confidence, corners=shares, plate=plate_in(text))

    def _read_signs(self, cut: Image.Image) -> tuple[str, float]:
        width = min(_MOST_LONG, max(8, round(HIGH * cut.width / cut.height)))
        batch = np.zeros((1, 3, HIGH, max(width, _LEAST_LONG)), dtype=np.float32)
        batch[..., :width] = _batch(cut.resize((width, HIGH), Image.Resampling.BILINEAR))
        (answered,) = _answers(self._reader, batch)
        return read_signs(answered[0], self._signs)


def _batch(picture: Image.Image) -> "Floats":
    """Blue before green before red, from -1 to 1: as both models were trained."""
    colours = np.asarray(picture, dtype=np.float32)[:, :, ::-1] / np.float32(127.5) - np.float32(1)
    return np.ascontiguousarray(colours.transpose(2, 0, 1)[None])


def _session(path: str) -> Any:
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4
    return runtime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _answers(session: Any, batch: "Floats") -> "list[Floats]":
    answered: list[Floats] = session.run(None, {session.get_inputs()[0].name: batch})
    return answered


def main() -> int:
    """The child."""
    memory, lines, reader, side, niceness = sys.argv[1:6]
    return serve(TextReader(lines, reader, int(side)).read, int(memory), int(niceness))


if __name__ == "__main__":
    sys.exit(main())
