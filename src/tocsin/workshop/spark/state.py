"""What a shard's detector remembers between two batches of a stream: one file a batch, written whole or not at all."""

import os
from pathlib import Path

from tocsin.base.errors import Conflict
from tocsin.engine.detection.detector import Detector

FIRST = -1  # the batch before the first one


def restore(folder: Path, shard: int, batch: int, detector: Detector) -> None:
    """Goes on where the batch before ended; Conflict where that is not known any more.

    A shard that is new, as sensors were registered, begins with nothing, and so it does when its first batch is done again.
    """
    place = folder / str(shard)
    before = place / str(batch - 1)
    if before.exists():
        detector.restore(before.read_bytes())
    elif place.exists() and any(int(one.name) < batch for one in place.iterdir() if one.name.isdigit()):
        raise Conflict(f"{before} is missing, without which shard {shard} can't go on: begin a new stream in another folder")


def keep(folder: Path, shard: int, batch: int, detector: Detector) -> None:
    """Written before Spark knows that the batch is done; the batch before stays, for doing this one again."""
    place = folder / str(shard)
    place.mkdir(parents=True, exist_ok=True)
    draft = place / f"draft-{batch}-{os.getpid()}"
    with draft.open("wb") as file:
        file.write(detector.snapshot())
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place / str(batch))
    for one in place.iterdir():
        if one.name.isdigit() and int(one.name) < batch - 1:
            one.unlink(missing_ok=True)
