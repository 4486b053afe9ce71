"""Runs a stranger's model, in a process of its own: `python -m …detecting_child MEMORY MODEL CARD`, see `confined`."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from PIL import Image

from tocsin.base.documents import decode_json
from tocsin.engine.frames.layouts import Detected, Layout, boxes_of
from tocsin.engine.frames.objects import Seen
from tocsin.vision.recognition.rules.own_models import OwnModelCard
from tocsin.vision.recognition.services.confined import serve

if TYPE_CHECKING:
    from numpy.typing import NDArray

GREY: Final = 114  # beside a picture that has another shape than the input, as YOLO is trained
USUAL_SIDE: Final = 640  # of an input that may have any size
_MOST_SIDE: Final = 2048
MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)  # of ImageNet, as DETR is trained
SPREAD: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)


class StrangeModel:
    """A model by its card. ValueError: it is none that its card describes."""

    def __init__(self, model: bytes, card: OwnModelCard) -> None:
        import onnxruntime as runtime

        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        options.log_severity_level = 4
        self._card = card
        self._session: Any = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        inputs = self._session.get_inputs()
        if len(inputs) != 1 or inputs[0].type != "tensor(float)" or len(inputs[0].shape) != 4 or inputs[0].shape[1] != 3:
            found = [(one.type, one.shape) for one in inputs]
            raise ValueError(f"one input tensor(float) (1, 3, height, width) is expected; found {found}"[:200])
        high, wide = (side if isinstance(side, int) else USUAL_SIDE for side in inputs[0].shape[2:])
        if not (32 <= high <= _MOST_SIDE and 32 <= wide <= _MOST_SIDE):
            raise ValueError(f"an input of {wide} x {high} pixels; 32 to {_MOST_SIDE} are run")
        self._name, self._side = inputs[0].name, (wide, high)

    def detect(self, request: bytes) -> bytes:
        """A JPEG or PNG; the answer is JSON of `Detected`, as shares of the picture."""
        try:
            with Image.open(io.BytesIO(request), formats=("JPEG", "PNG")) as opened:
                picture = opened.convert("RGB")
        except (OSError, SyntaxError, Image.DecompressionBombError):
            raise ValueError("no picture") from None
        batch, across, down = self._batch(picture)
        outputs = self._session.run(None, {self._name: batch})
        if not all(isinstance(one, np.ndarray) and one.dtype.kind == "f" for one in outputs):
            raise ValueError("outputs that are no numbers")
        found = boxes_of(outputs, self._card.layout, len(self._card.labels), self._side, self._card.least_score)
        return msgspec.json.encode([Detected(one.label, _stretched(one.seen, across, down)) for one in found])

    def _batch(self, picture: Image.Image) -> "tuple[NDArray[np.float32], float, float]":
        """The input, and how many times as large as the picture in it the input is, across and down."""
        wide, high = self._side
        if self._card.layout is Layout.DETR:
            colours = np.asarray(picture.resize(self._side, Image.Resampling.BILINEAR), dtype=np.float32) / np.float32(255)
            return np.ascontiguousarray(((colours - MEAN) / SPREAD).transpose(2, 0, 1)[None]), 1.0, 1.0
        share = min(wide / picture.width, high / picture.height)
        inner = max(1, round(picture.width * share)), max(1, round(picture.height * share))
        canvas = Image.new("RGB", self._side, (GREY, GREY, GREY))
        canvas.paste(picture.resize(inner, Image.Resampling.BILINEAR), (0, 0))
        colours = np.asarray(canvas, dtype=np.float32) / np.float32(255)
        return np.ascontiguousarray(colours.transpose(2, 0, 1)[None]), wide / inner[0], high / inner[1]


def _stretched(seen: Seen, across: float, down: float) -> Seen:
    left, upper, right, lower = seen.corners
    return Seen((left * across, upper * down, right * across, lower * down), seen.score)


def main() -> int:
    """The child: a model that can't be loaded is told with each answer."""
    card = decode_json(sys.argv[3].encode(), OwnModelCard)
    model = Path(sys.argv[2]).read_bytes()
    loaded: list[StrangeModel] = []

    def handle(request: bytes) -> bytes:
        if not loaded:
            try:
                loaded.append(StrangeModel(model, card))
            except ValueError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever onnxruntime raises of a file that it can't run
                raise ValueError(f"onnxruntime: {error}"[:200]) from None
        try:
            return loaded[0].detect(request)
        except ValueError:
            raise
        except Exception as error:  # noqa: BLE001 - likewise
            raise ValueError(f"onnxruntime: {error}"[:200]) from None

    return serve(handle, int(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
