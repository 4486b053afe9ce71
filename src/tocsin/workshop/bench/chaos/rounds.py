"""Rounds of sudden deaths: what each came to, and a file of them that a later run goes on with."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tocsin.base.documents import decode_json


@dataclasses.dataclass(frozen=True)
class Round:
    """What was killed when, in seconds from the round's beginning, and how long until all was well."""

    number: int
    killed: tuple[tuple[str, float], ...]
    back_s: float  # from the last death until every part answered
    whole_s: float  # from the last death until everything was true again
    last: str  # what became true last
    faults: tuple[str, ...]  # what was still wrong when patience was over
    seed: int = 0  # of the run
    database: str = ""


class RoundFile:
    """One JSON object a line, written as each round ends, so that a run that is broken off loses the round under way only."""

    def __init__(self, path: str) -> None:
        self._path = Path(path) if path else None

    def read(self) -> list[Round]:
        """The rounds so far; InvalidInput where a line is something else."""
        if self._path is None or not self._path.exists():
            return []
        return [decode_json(line, Round) for line in self._path.read_bytes().splitlines()]

    def add(self, one: Round) -> None:
        """Nothing happens where there is no file."""
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._path.open("ab") as file:
                file.write(msgspec.json.encode(one) + b"\n")


def alone(rounds: Iterable[Round], part: str) -> list[Round]:
    """Those in which this part alone was killed."""
    return [one for one in rounds if [name for name, _ in one.killed] == [part]]
