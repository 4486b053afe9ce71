"""Protective devices as a second word on their line: they run with it; one that runs while its line seems still is a sign."""

import numpy as np

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Firm, Role
from tocsin.engine.work.load.cleaning import fill_small
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.model import Shares

ON_SHARE = 0.4  # of a device's usual power from which on it runs
LEAST_DAYS = 2  # seen at rest, before its routine is known
MEMORY = 0.1  # weight of a day in the routine


def guard_of(firm: Firm, kw: Shares, process_row: int, figures: LoadFigures) -> Shares:
    """Power of the devices that protect a process meter as a share of their usual power while on, float32[quarters], 0 in hours
    of routine (a device that also runs when its line rests); NaN where there is none, where it always runs, or nothing came.
    """
    meter = firm.meters[process_row]
    devices = [row for row, other in enumerate(firm.meters) if other.role is Role.PROTECTIVE and other.protects == meter.id]
    if not devices:
        return np.full(firm.days.quarters, np.nan, np.float32)
    known = np.isfinite(kw[devices]).any(axis=0)
    power = np.where(known, np.sum([fill_small(kw[row]) for row in devices], axis=0), np.nan)
    line = kw[process_row]
    days = power.reshape(-1, QUARTERS_OF_A_DAY)
    lines = line.reshape(-1, QUARTERS_OF_A_DAY)
    share = np.full(days.shape, np.nan, np.float32)
    usual = max((firm.meters[row].rated_kw or 1.0) for row in devices) * 0.8
    rated = meter.rated_kw or 1.0
    routine = np.full(QUARTERS_OF_A_DAY, np.nan)
    still_seen = 0.0
    for number, (device, process) in enumerate(zip(days, lines, strict=True)):
        on = device >= ON_SHARE * usual
        lawful = np.nan_to_num(routine, nan=0.0) > figures.routine_share
        share[number] = np.where(np.isfinite(device), np.where(lawful, 0.0, device / usual), np.nan)
        if still_seen < LEAST_DAYS:
            share[number] = np.nan
        rests = np.isfinite(process) & (process < 0.03 * rated) & np.isfinite(device)
        fresh = rests & ~np.isfinite(routine)
        routine[fresh] = on[fresh]
        routine[rests] += MEMORY * (on[rests] - routine[rests])
        still_seen += rests.mean()
        if on.any():
            level = float(np.median(device[on & np.isfinite(device)]))
            usual += 0.3 * (level - usual)
    return share.reshape(-1)
