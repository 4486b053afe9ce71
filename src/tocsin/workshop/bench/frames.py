"""How many frames a second one core judges: decoding, the camera's health, and each model that is here."""

import io
import time
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table

from tocsin.engine.frames.health import measure
from tocsin.engine.frames.objects import Seen
from tocsin.engine.frames.pictures import working_picture
from tocsin.engine.frames.watching import Looking
from tocsin.vision.recognition.policy import RECOGNITION
from tocsin.vision.recognition.services.seeing import Seeing, can_look

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = (1920, 1080)
FRAMES, QUICK_FRAMES = 40, 8
SEED = 7


def run(console: Console, quick: bool) -> None:
    """Prints milliseconds of the processor a frame, and frames a second of one core; missing models are named."""
    count = QUICK_FRAMES if quick else FRAMES
    data = _frame()
    with Image.open(io.BytesIO(data)) as opened:
        colours = opened.convert("RGB")
    grey = working_picture(np.asarray(colours.convert("L")))
    works: list[tuple[str, Callable[[], object]]] = [
        ("decode a JPEG, 1920 × 1080", lambda: np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))),
        ("health of the camera, one reference", lambda: measure(grey, [grey], 6.0)),
    ]
    if can_look():
        seeing, figures = Seeing(), RECOGNITION.shipped.seeing
        person = Seen((0.4, 0.2, 0.5, 0.8), 0.5)
        works += [
            ("people and vehicles, whole and three squares", lambda: seeing.look(colours, [Looking.ZONE_CROSSED], figures)),
            ("posture, each person", lambda: seeing.body(colours, person)),
        ]
    else:
        console.print("models or ai-edge-litert are missing (the extra `vision`): only the camera's health is measured")
    table = Table(title="Frames of cameras, one core", title_justify="left")
    for heading in ("what", "ms of the processor", "a second"):
        table.add_column(heading, justify="left" if heading == "what" else "right")
    for name, work in works:
        work()  # loaded
        began = time.process_time()
        for _ in range(count):
            work()
        each_s = (time.process_time() - began) / count
        table.add_row(name, f"{1000 * each_s:.1f}", f"{1 / each_s:.0f}")
    console.print(table)


def _frame() -> bytes:
    """A frame of squares with noise, so that it compresses as a scene does."""
    random = np.random.default_rng(SEED)
    coarse = random.integers(30, 220, (27, 48, 3)).repeat(40, axis=0).repeat(40, axis=1)
    noisy = np.clip(coarse + random.normal(0, 4, coarse.shape), 0, 255).astype(np.uint8)
    kept = io.BytesIO()
    Image.fromarray(noisy).resize(SIZE).save(kept, "JPEG", quality=80)
    return kept.getvalue()
