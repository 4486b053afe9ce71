"""How the sensors are dealt out to detectors: the number of partitions, and where each keeps its memory.

The number lies in the data folder beside the memories, because it says how they are to be read: it is no setting of a process,
and two processes can't differ about it. `loops/dealing.py` changes it.
"""

from collections.abc import Callable
from pathlib import Path

from tocsin.base.errors import InvalidInput
from tocsin.engine.detection.partition import Partition, partitions
from tocsin.warning.detection.services.snapshot import Snapshot, read_snapshot

FOLDER = "detector"
COUNT = "partitions"
MOST_PARTITIONS = 64


def read_count(folder: Path) -> int:
    """The number of partitions in this data folder; 1 where it was never changed. InvalidInput where it can't be read."""
    path = folder / FOLDER / COUNT
    try:
        text = path.read_text().strip()
    except FileNotFoundError:
        return 1
    if not text.isdigit() or not 1 <= int(text) <= MOST_PARTITIONS:
        raise InvalidInput(f"{path} says {text!r}; it must be a number of partitions from 1 to {MOST_PARTITIONS}")
    return int(text)


def write_count(folder: Path, count: int) -> None:
    """From here on there are so many; a crash leaves the old number or the new one."""
    path = folder / FOLDER / COUNT
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(f"{count}\n")
    beside.replace(path)


def snapshot_path(folder: Path, partition: Partition) -> Path:
    """The file of a partition's memory. The only one's name is that of before there were partitions."""
    name = "snapshot" if partition.count == 1 else f"snapshot-{partition.number}-of-{partition.count}"
    return folder / FOLDER / name


def writer_of(partition: Partition) -> str:
    """By which name a partition appends to the history (`History`)."""
    name = "tocsin-detector"
    return name if partition.count == 1 else f"{name}-{partition.number}-of-{partition.count}"


def lease_of(partition: Partition) -> str:
    """The name of the lease under which one process at a time judges a partition (`bus/loops/leases.py`)."""
    return f"judge {partition}"


def read_memories(folder: Path) -> list[tuple[Partition, Snapshot]]:
    """Every partition of the installation with what its detector remembers."""
    return [(one, read_snapshot(snapshot_path(folder, one))) for one in partitions(read_count(folder))]


def history_writers(folder: Path) -> list[str]:
    """The names by which the partitions of the installation append to the history."""
    return [writer_of(one) for one in partitions(read_count(folder))]


def history_reaches(folder: Path, version_of: Callable[[str], int]) -> int:
    """The sequence of the log up to which the history holds the readings of all partitions; `version_of` a writer's name."""
    return min(snapshot.history_reaches(version_of(writer_of(one))) for one, snapshot in read_memories(folder))


def first_unseen(folder: Path, version_of: Callable[[str], int]) -> int:
    """The first sequence of the log that some detector's memory, or the history, has not seen."""
    seen = [
        min(snapshot.position, snapshot.history_reaches(version_of(writer_of(one)))) for one, snapshot in read_memories(folder)
    ]
    return max(1, min(seen) + 1)
