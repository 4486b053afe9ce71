"""Faces and number plates in a kept picture: looked for in a process of its own, which has little memory and little time.

The models are loaded there and nowhere else, so that no process which waits holds them. They lie in `weights/`, as their packages
have them (`hatch_build.py`), and nothing is fetched when the product runs. What the child finds is a proposal: a person decides.
"""

import io
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from PIL import Image

from tocsin.base.children import run_child
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.blurring import Box, blur, faces_of, plates_of, scaled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Maps = list[NDArray[np.float32]]

MEMORY_BYTES: Final = 1_000_000_000
"""Of addresses, code and stacks among them; a square picture needs 640 MB of them and 370 MB of memory, measured."""
CPU_S: Final = 30
WAIT_S: Final = 60.0
SIDE: Final = 1280  # the longer side of what the models see: a face of 20 pixels of it is found
_MULTIPLE: Final = 32  # both models halve a picture five times
WEIGHTS: Final = Path(__file__).parents[1] / "weights"
FACES, TEXT, READER = "centerface.onnx", "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
_MISSING: Final = 3
_FIXED: Final = bytes.fromhex("0a02080a 0a020803 0a020820 0a020820")
_FREE: Final = bytes.fromhex("0a027800 0a020803 0a027800 0a027800")
"""The shape of CenterFace's input, 10 × 3 × 32 × 32 in ONNX's protobuf: three of the four figures become a field that ONNX does
not have, which a reader passes over, and so dimensions of any size. The file itself stays as it was published."""


class LookVerdict(StrEnum):
    """How looking ended; all but the first leave the boxes to a person."""

    LOOKED = "looked"
    FELL = "fell"  # the child wanted more memory than it has, or the picture broke it
    TOO_SLOW = "too_slow"
    MISSING = "missing"  # the models are not in this installation
    UNREADABLE = "unreadable"  # the file is not there, or is held


@dataclass(frozen=True)
class Looked:
    """What was found in a picture, faces before plates, and how looking ended."""

    verdict: LookVerdict
    boxes: tuple[Box, ...] = ()


def look_at(jpeg: bytes) -> Looked:
    """Boxes around faces and around what may be number plates. Takes seconds: call it outside of any transaction and request."""
    command = [sys.executable, "-I", "-m", __name__, str(MEMORY_BYTES)]
    try:
        done = run_child(command, input=jpeg, timeout=WAIT_S, env={})
    except subprocess.TimeoutExpired:
        return Looked(LookVerdict.TOO_SLOW)
    if done.returncode:
        return Looked(LookVerdict.MISSING if done.returncode == _MISSING else LookVerdict.FELL)
    try:
        return Looked(LookVerdict.LOOKED, decode_json(done.stdout, tuple[Box, ...]))
    except InvalidInput:
        return Looked(LookVerdict.FELL)


def text_models() -> tuple[Path, Path] | None:
    """The model that marks where text stands, and the one that reads a line; None where they are not in this installation."""
    found = WEIGHTS / TEXT, WEIGHTS / READER
    return found if all(one.exists() for one in found) else None


def blurred_jpeg(jpeg: bytes, boxes: list[Box], *, quality: int) -> bytes:
    """The picture in which nothing in these boxes can be read, made from its colours alone."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
        picture = blur(np.asarray(opened.convert("RGB")), boxes)
    made = io.BytesIO()
    Image.fromarray(picture).save(made, "JPEG", quality=quality, optimize=True)
    return made.getvalue()


def look(jpeg: bytes, out: IO[bytes]) -> int:
    """In the child: the exit code."""
    if not all((WEIGHTS / name).exists() for name in (FACES, TEXT)):
        return _MISSING
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as opened:
        whole = opened.size
        opened.draft("RGB", (SIDE, SIDE))  # decoded no larger than needed; `size` tells the drafted one from here on
        seen = _fitted(opened.convert("RGB"))
    colours = np.asarray(seen, dtype=np.float32)
    heat, scale, offset, _ = _maps(FACES, colours)
    (ink,) = _maps(TEXT, colours[:, :, ::-1] / np.float32(127.5) - np.float32(1))
    found = [*faces_of(heat[0, 0], scale[0], offset[0]), *plates_of(ink[0, 0])]
    boxes = [scaled(one, whole[0] / seen.width, whole[1] / seen.height).within(*whole) for one in found]
    out.write(msgspec.json.encode([one for one in boxes if one is not None]))
    return 0


def _fitted(picture: Image.Image) -> Image.Image:
    share = min(1.0, SIDE / max(picture.size))
    width, height = (max(_MULTIPLE, round(side * share / _MULTIPLE) * _MULTIPLE) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.BILINEAR)


def _maps(name: str, colours: "NDArray[np.float32]") -> "Maps":
    """What one model answers; it is let go before the next one is loaded."""
    import onnxruntime as runtime

    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = options.enable_mem_pattern = False
    options.log_severity_level = 4
    model: Any = (WEIGHTS / name).read_bytes()
    if name == FACES:
        model = model.replace(_FIXED, _FREE, 1)
    session = runtime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    batch = np.ascontiguousarray(colours.transpose(2, 0, 1)[None], dtype=np.float32)
    answered: Maps = session.run(None, {session.get_inputs()[0].name: batch})
    return answered


def main() -> int:
    """The child."""
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(10)
    return look(sys.stdin.buffer.read(), sys.stdout.buffer)


if __name__ == "__main__":
    sys.exit(main())
