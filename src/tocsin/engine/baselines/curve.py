"""A day's curve of worked and of rest days, from means that noise has roughened."""

import numpy as np

from tocsin.engine.baselines.circumstances import DAY_H
from tocsin.engine.baselines.rows import Floats
from tocsin.engine.kernel import aside


@aside
def finish_curve(count: Floats, noise: float, curve: Floats) -> None:
    """Hours without readings take the straight line between their neighbours; rest days lean on worked days while there are few;
    and what noise alone could make is taken away.
    """
    worked, rested = 0.0, 0.0
    for hour in range(DAY_H):
        worked += count[0, hour]
        rested += count[1, hour]
    for kind in range(2):
        for hour in range(DAY_H):
            if count[kind, hour] > 0.0:
                continue
            before = after = 0
            for step in range(1, DAY_H):
                if before == 0 and count[kind, (hour - step) % DAY_H] > 0.0:
                    before = step
                if after == 0 and count[kind, (hour + step) % DAY_H] > 0.0:
                    after = step
            if before > 0:
                low, high = curve[kind, (hour - before) % DAY_H], curve[kind, (hour + after) % DAY_H]
                curve[kind, hour] = (low * after + high * before) / (before + after)
    for hour in range(DAY_H):
        if worked < DAY_H / 2:
            curve[0, hour] = curve[1, hour]
        curve[1, hour] -= curve[0, hour]
    middle = 0.0
    for hour in range(DAY_H):
        middle += curve[0, hour] / DAY_H
    for hour in range(DAY_H):
        curve[0, hour] -= middle
    shrink(curve[0], noise * noise * DAY_H / max(worked, 1.0))
    shrink(curve[1], noise * noise * DAY_H / max(rested, 0.1) + noise * noise * DAY_H / max(worked, 1.0))
    for hour in range(DAY_H):
        curve[1, hour] += curve[0, hour]


@aside
def shrink(curve: Floats, variance: float) -> None:
    """Pulls a day's curve to a smooth one and that to none, each as far as its own size is what noise of `variance` an hour would
    make (James and Stein, 1961).
    """
    smooth = np.empty(DAY_H)
    rough = size = 0.0
    for hour in range(DAY_H):
        near = curve[hour - 1] + curve[(hour + 1) % DAY_H]
        far = curve[hour - 2] + curve[(hour + 2) % DAY_H]
        smooth[hour] = (3.0 * curve[hour] + 2.0 * near + far) / 9.0
        rough += (curve[hour] - smooth[hour]) ** 2
        size += smooth[hour] ** 2
    # Of white noise of variance 1 the rough part keeps 0.642 and the smooth part 0.235 an hour.
    kept_rough = max(0.0, 1.0 - 0.57 * DAY_H * variance / rough) if rough > 0.0 else 0.0
    kept_smooth = max(0.0, 1.0 - 0.235 * DAY_H * variance / size) if size > 0.0 else 0.0
    for hour in range(DAY_H):
        curve[hour] = kept_smooth * smooth[hour] + kept_rough * (curve[hour] - smooth[hour])
