"""Detection over a file of readings: the same engine and rules as in service, without database, bus or set-up."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.engine.detection.detector import Detector
from tocsin.warning.detection.policy import DEFAULT, Profiles
from tocsin.workshop.files.readings import Batch, Column, read_batches

MOST_INDEXES = 10_000_000  # integers below it are indexes of sensors; a file with larger ones has them numbered
_UNKNOWN = -2


@dataclass
class Progress:
    """How far the detection of a file has come: `done` 0 to 1, rows read, and what became of them (see `Detector.counts`)."""

    done: float = 0.0
    rows: int = 0
    sensors: int = 0
    state_bytes: int = 0
    seconds: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)


class SensorNumbers:
    """Sensors as the file names them, and their indexes: integers are indexes themselves, texts are numbered as they come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._numbers: dict[object, int] | None = None
        self._begun = False

    def index(self, names: Column) -> NDArray[np.int32]:
        """Index of each name; InvalidInput for negative integers, or names that are neither integers nor texts."""
        kind = names.type.value_type if pa.types.is_dictionary(names.type) else names.type
        if pa.types.is_integer(kind) and not pa.types.is_dictionary(names.type):
            direct = self._direct(names)
            if direct is not None:
                return direct
        elif not (pa.types.is_integer(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            raise InvalidInput(f"{self._path}: sensor must be whole numbers or texts, not {kind}")
        if self._numbers is None:
            self._numbers = {}
        encoded: Column = names if pa.types.is_dictionary(names.type) else pc.dictionary_encode(names)
        numbers = self._numbers
        here = np.array([numbers.setdefault(name, len(numbers)) for name in encoded.dictionary.to_pylist()], np.int32)
        codes: NDArray[np.int32] = encoded.indices.to_numpy(zero_copy_only=False)
        return np.asarray(here[codes])

    def name_of(self) -> Callable[[int], object]:
        """Index -> the name in the file."""
        if self._numbers is None:
            return int
        names = list(self._numbers)
        return names.__getitem__

    def _direct(self, names: Column) -> NDArray[np.int32] | None:
        """Integers as they are; None where the file's first batch has integers too large for that."""
        if not len(names):
            return np.zeros(0, np.int32)
        bounds = pc.min_max(names)
        if bounds["min"].as_py() < 0:
            raise InvalidInput(f"{self._path}: sensor {bounds['min'].as_py()} is negative")
        large = bounds["max"].as_py() >= MOST_INDEXES
        if not self._begun:
            self._begun = True
            self._numbers = {} if large else None
        if self._numbers is not None:
            return None
        if large:
            raise InvalidInput(
                f"{self._path}: sensor {bounds['max'].as_py()} comes after numbers below {MOST_INDEXES} and is larger; "
                "write sensors as texts"
            )
        narrow: Column = pc.cast(names, pa.int32())
        return np.asarray(narrow.to_numpy(zero_copy_only=False), np.int32)


class FileDetection:
    """One run over one file: iterate `run()` for the detections, read `progress` meanwhile, `name_of()` for the sensors' names.

    `profile` names the profile for all sensors. Without it a column `quantity` chooses each sensor's, else the profile `default`
    is taken. InvalidInput says what is wrong with the file or the choice.
    """

    def __init__(self, path: Path, profiles: Profiles, profile: str = "") -> None:
        self._path = path
        self._profiles = profiles
        self._fixed = profiles.named(profile) if profile else None
        self._numbers = SensorNumbers(path)
        self._profile_of_sensor = np.zeros(0, np.int16)
        self._chosen = [*profiles.by_name.values()]
        self._detector = Detector(self._chosen, self._profile_of_sensor)
        self.progress = Progress()

    def run(self) -> Iterator[Detections]:
        """Detections batch by batch, and last what time alone brings about up to the newest reading."""
        began = time.perf_counter()
        newest = None
        for batch in read_batches(self._path):
            sensor = self._numbers.index(batch.sensor)
            self._choose_profiles(sensor, batch)
            detections = self._detector.update(Readings(sensor, batch.ts, batch.value, batch.quality))
            if len(batch.ts):
                newest = max(int(batch.ts.max()), newest or 0)
            self._account(batch, began)
            yield detections
        if newest is None:
            raise InvalidInput(f"{self._path} holds no reading")
        detections = self._detector.tick(newest)
        self.progress.seconds = time.perf_counter() - began
        yield detections

    def name_of(self) -> Callable[[int], object]:
        """Index of a detection -> the sensor's name in the file."""
        return self._numbers.name_of()

    def _choose_profiles(self, sensor: NDArray[np.int32], batch: Batch) -> None:
        """Gives sensors that come for the first time their profile."""
        needed = int(sensor.max()) + 1 if len(sensor) else 0
        if needed > len(self._profile_of_sensor):
            more = np.full(max(needed, 2 * len(self._profile_of_sensor)) - len(self._profile_of_sensor), _UNKNOWN, np.int16)
            self._profile_of_sensor = np.concatenate([self._profile_of_sensor, more])
        fresh = np.flatnonzero(self._profile_of_sensor[sensor] == _UNKNOWN)
        if not len(fresh):
            return
        if self._fixed is None and batch.quantity is not None:
            quantities: Column = pc.dictionary_encode(batch.quantity.cast(pa.string()))
            numbers = np.array([self._number_of(name or "") for name in quantities.dictionary.to_pylist()] + [-1], np.int16)
            codes = pc.fill_null(quantities.indices, len(numbers) - 1).to_numpy(zero_copy_only=False)
            first = fresh[::-1]  # written backwards, the first row of a sensor wins
            self._profile_of_sensor[sensor[first]] = numbers[codes[first]]
        else:
            self._profile_of_sensor[sensor[fresh]] = self._number_of_all()
        self._detector.set_sensors(self._profile_of_sensor)

    def _number_of(self, quantity: str) -> int:
        profile = self._profiles.for_quantity(quantity)
        return -1 if profile is None else self._chosen.index(profile)

    def _number_of_all(self) -> int:
        if self._fixed is not None:
            return self._chosen.index(self._fixed)
        if DEFAULT not in self._profiles.by_name:
            known = ", ".join(self._profiles.by_name)
            raise InvalidInput(
                f"{self._path} has no column quantity, and the rules no profile {DEFAULT!r}: choose one of {known}"
            )
        return self._chosen.index(self._profiles.by_name[DEFAULT])

    def _account(self, batch: Batch, began: float) -> None:
        self.progress.done = batch.done
        self.progress.rows += len(batch.ts)
        self.progress.sensors = int((self._profile_of_sensor != _UNKNOWN).sum())
        self.progress.state_bytes = self._detector.state_bytes
        self.progress.counts = self._detector.counts
        self.progress.seconds = time.perf_counter() - began
