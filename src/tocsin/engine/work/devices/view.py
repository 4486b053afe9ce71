"""The curves of a firm as devices are judged by them: readings that were measured and not known to be wrong at their time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.readings import measured
from tocsin.engine.work.devices.spans import Span, untrusted
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Firm, Role

NEGATIVE = 0.02  # of the highest, what is noise around zero

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class View:
    """`kw`: float64 (meters, quarters), NaN where a reading is missing, estimated or was known to be wrong; `total`: the sum of
    the feeders; `gross`: with own generation added back and storage taken off, NaN where that is unknown; `spans`: the troubles
    known.
    """

    firm: Firm
    kw: Floats
    total: Floats
    gross: Floats
    spans: tuple[Span, ...]

    def of(self, role: Role) -> list[int]:
        """Indices of the meters of a role."""
        return [index for index, meter in enumerate(self.firm.meters) if meter.role == role]

    def learnt(self, day: int, history_d: float) -> slice:
        """The quarters before a day that a habit may be learnt from."""
        return slice(max(0, day - round(history_d)) * QUARTERS_OF_A_DAY, day * QUARTERS_OF_A_DAY)


def view_of(firm: Firm, spans: list[Span]) -> View:
    """The firm's curves without what was known to be wrong when it came."""
    kw = np.where(untrusted(firm, spans), np.nan, measured(firm))
    for index, meter in enumerate(firm.meters):
        if meter.role not in (Role.TOTAL, Role.STORAGE):
            noise = NEGATIVE * np.maximum.accumulate(np.nan_to_num(np.abs(kw[index])))
            kw[index][kw[index] < -noise] = np.nan  # nothing flows back from a load: reversed, before it is known for trouble
    roles = np.array([meter.role for meter in firm.meters])
    total = kw[roles == Role.TOTAL].sum(axis=0) if (roles == Role.TOTAL).any() else np.full(kw.shape[1], np.nan)
    gross = total - kw[roles == Role.STORAGE].sum(axis=0)
    if (roles == Role.SOLAR).any():
        gross += kw[roles == Role.SOLAR].sum(axis=0)
    elif firm.solar_kwp > 0:
        gross[np.repeat(~(firm.irradiance_w_m2 <= 0), 4)[: kw.shape[1]]] = np.nan
    return View(firm, kw, total, gross, tuple(spans))
