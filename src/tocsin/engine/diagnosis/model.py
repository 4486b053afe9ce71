"""What goes into a diagnosis and what comes out: frozen values, codes and figures, no sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.network import Network

Figure = float | int | str


@dataclass(frozen=True, eq=False)
class SensorColumns:
    """The sensors of one district, one position per channel.

    `index` int32[n] is the number that readings carry; `asset` int32[n] the position of the sensor's asset in the
    network, -1 where it has none; `quantity` the names of `tocsin.base.quantities`. `interval_s`, `accuracy`,
    `alarm_low`, `alarm_high` float64[n], NaN where not known or not set; `lon`, `lat` float64[n] in degrees.
    """

    index: NDArray[np.int32]
    asset: NDArray[np.int32]
    quantity: tuple[str, ...]
    interval_s: NDArray[np.float64]
    accuracy: NDArray[np.float64]
    alarm_low: NDArray[np.float64]
    alarm_high: NDArray[np.float64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.index)

    def position_of(self, index: int) -> int:
        """Position of the sensor that readings call `index`; KeyError where there is none."""
        found = np.flatnonzero(self.index == index)
        if not len(found):
            raise KeyError(f"no sensor has the index {index}")
        return int(found[0])

    def is_of(self, quantities: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which of the sensors measure one of these quantities, bool[n]."""
        return np.isin(self._quantities, quantities)

    @cached_property
    def _quantities(self) -> NDArray[np.str_]:
        return np.array(self.quantity, np.str_)

    def take(self, chosen: NDArray[np.intp]) -> "SensorColumns":
        """The sensors at these positions, in this order."""
        return SensorColumns(
            index=self.index[chosen],
            asset=self.asset[chosen],
            quantity=tuple(self.quantity[position] for position in chosen.tolist()),
            interval_s=self.interval_s[chosen],
            accuracy=self.accuracy[chosen],
            alarm_low=self.alarm_low[chosen],
            alarm_high=self.alarm_high[chosen],
            lon=self.lon[chosen],
            lat=self.lat[chosen],
        )

    @classmethod
    def build(
        cls,
        network: Network,
        *,
        index: Sequence[int] | NDArray[np.int32],
        asset_code: Sequence[str],
        quantity: Sequence[str],
        interval_s: Sequence[float] | NDArray[np.float64],
        accuracy: Sequence[float] | NDArray[np.float64],
        alarm_low: Sequence[float] | NDArray[np.float64],
        alarm_high: Sequence[float] | NDArray[np.float64],
        lon: Sequence[float] | NDArray[np.float64],
        lat: Sequence[float] | NDArray[np.float64],
    ) -> "SensorColumns":
        """Columns from plain sequences of one length; a code that the network does not know becomes -1 (no asset)."""
        return cls(
            index=np.asarray(index, np.int32),
            asset=np.asarray([network.position.get(code, -1) for code in asset_code], np.int32),
            quantity=tuple(quantity),
            interval_s=np.asarray(interval_s, np.float64),
            accuracy=np.asarray(accuracy, np.float64),
            alarm_low=np.asarray(alarm_low, np.float64),
            alarm_high=np.asarray(alarm_high, np.float64),
            lon=np.asarray(lon, np.float64),
            lat=np.asarray(lat, np.float64),
        )


@dataclass(frozen=True)
class Evidence:
    """One observation that speaks for or against a hypothesis.

    `code` names the sentence (`warning.causes`), `weight` is the natural logarithm of the likelihood ratio that it
    adds (negative: against), `sensor` the index of the sensor that saw it (None: several or none). `expected` and
    `seen` are in `unit`; `figures` hold what else the sentence tells (metres, minutes, codes of assets).
    """

    code: str
    weight: float
    sensor: int | None = None
    expected: float | None = None
    seen: float | None = None
    unit: str = ""
    ts_ms: int | None = None
    figures: Mapping[str, Figure] | None = None

    @property
    def supports(self) -> bool:
        """True where it speaks for the hypothesis."""
        return self.weight > 0


@dataclass(frozen=True)
class Hypothesis:
    """A cause at a place, with its share of the probability.

    `asset_code` is the asset at fault ("" where the cause has no place: no_event, unknown); `lon`, `lat` the
    estimated place in degrees (NaN without one); `owner` the body to call first; `way` the codes of the assets along
    which the effect travelled, from the fault to the alarmed sensor's asset; `travel_time_s` how long that takes (NaN
    where there is no way); `onset_ms` when it seems to have begun (None: not known).
    """

    cause: str
    asset_code: str
    lon: float
    lat: float
    owner: str
    probability: float
    log_weight: float
    evidence: tuple[Evidence, ...]
    way: tuple[str, ...] = ()
    travel_time_s: float = float("nan")
    onset_ms: int | None = None


@dataclass(frozen=True)
class Body:
    """Whom to call, and why: `symptom` (owns the place that rings) or `cause` (owns a likely cause) with the
    probability of that.
    """

    owner: str
    reason: str
    cause: str
    probability: float


@dataclass(frozen=True)
class Diagnosis:
    """The answer to "why?": hypotheses best first, probabilities summing to 1 with "unknown" among them, and the
    bodies to call.
    """

    sensor: int
    ts_ms: int
    asset_code: str
    quantity: str
    hypotheses: tuple[Hypothesis, ...]
    call: tuple[Body, ...]
