"""The measure of the grid: the same bins by plain NumPy, all at once, for one question."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.laying import BIN_MS

Floats = NDArray[np.float64]


def lay(readings: Readings, sensors: int, first_bin: int, bins: int, patience: NDArray[np.int64]) -> Floats:
    """Means of ten minutes [s, t] without single spikes, carried on for `patience` int64[s] bins; sensors are 0, 1, 2, …"""
    order = np.argsort(readings.ts, kind="stable")
    order = order[np.argsort(readings.sensor[order], kind="stable")]
    sensor, ts, value = readings.sensor[order], readings.ts[order], readings.value[order]
    calm = value.copy()
    a, b, c = value[:-2], value[1:-1], value[2:]
    calm[1:-1] = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    edge = sensor[1:] != sensor[:-1]
    ends = np.concatenate(([True], edge)) | np.concatenate((edge, [True]))
    calm[ends] = value[ends]
    cell = sensor.astype(np.int64) * bins + ts // BIN_MS - first_bin
    count = np.bincount(cell, minlength=sensors * bins)
    total = np.bincount(cell, weights=calm, minlength=sensors * bins)
    filled = count > 0
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=filled).reshape(sensors, bins)
    newest = np.where(filled.reshape(mean.shape), np.arange(bins), -1)
    np.maximum.accumulate(newest, axis=1, out=newest)
    carried = np.take_along_axis(mean, np.maximum(newest, 0), axis=1)
    carried[(newest < 0) | (np.arange(bins) - newest > patience[:, None])] = np.nan
    return carried
