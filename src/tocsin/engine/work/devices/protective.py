"""A process line that runs while the device that protects it does not."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import ProtectiveFigures
from tocsin.engine.work.devices.habits import Pairing, pairing_of
from tocsin.engine.work.devices.lapses import fresh_runs, lapse_habit
from tocsin.engine.work.devices.view import Floats, View
from tocsin.engine.work.firm import QUARTER_MS, QUARTERS_OF_A_DAY, Episode, EpisodeKind, Role

LEAST_LOAD = 0.05  # of a line's highest; no threshold that can be learnt lies so low


@dataclass(frozen=True)
class Guard:
    """Devices that protect one line: duty and standby together, any of them suffices. Indices of meters; `line` is the list's
    word.
    """

    line: int
    devices: tuple[int, ...]


def guards_of(view: View) -> list[Guard]:
    """Every line with the devices that the list gives it."""
    position = {meter.id: index for index, meter in enumerate(view.firm.meters)}
    groups: dict[int, list[int]] = {}
    for index in view.of(Role.PROTECTIVE):
        line = position.get(view.firm.meters[index].protects or "")
        if line is not None and view.firm.meters[line].role == Role.PROCESS:
            groups.setdefault(line, []).append(index)
    return [Guard(line, tuple(devices)) for line, devices in groups.items()]


def protective_off(view: View, figures: ProtectiveFigures) -> list[Episode]:
    """Episodes of all lines. A device in `meter`, the first of a pair."""
    return [episode for guard in guards_of(view) for episode in _episodes(view, guard, figures)]


@dataclass(eq=False)
class _Watched:
    """Of quarters: `off` the line runs, the device doesn't; `begun` the same, the start of the line included; `rest` nothing
    speaks against the device's being off still; `fresh` the line's run begins; `share` of the power to be expected; `sure`
    probability of what is told; `at_start`, `within`: so many quarters are the device's way of working.
    """

    off: NDArray[np.bool_]
    begun: NDArray[np.bool_]
    rest: NDArray[np.bool_]
    fresh: NDArray[np.bool_]
    share: Floats
    sure: Floats
    at_start: NDArray[np.int64]
    within: NDArray[np.int64]

    @classmethod
    def of(cls, quarters: int) -> "_Watched":
        """Nothing was seen."""
        off, begun, rest, fresh = (np.zeros(quarters, np.bool_) for _ in range(4))
        at_start, within = (np.zeros(quarters, np.int64) for _ in range(2))
        return cls(off, begun, rest, fresh, np.full(quarters, np.nan), np.zeros(quarters), at_start, within)


def _episodes(view: View, guard: Guard, figures: ProtectiveFigures) -> list[Episode]:
    device = view.kw[list(guard.devices)].sum(axis=0)
    quarters = device.shape[0]
    seen = _Watched.of(quarters)
    for day in range(figures.learn_days, quarters // QUARTERS_OF_A_DAY):
        today = slice(day * QUARTERS_OF_A_DAY, (day + 1) * QUARTERS_OF_A_DAY)
        if not _worth_a_look(view, device, today, view.learnt(day, figures.history_d), figures):
            continue
        paired = _paired(view, guard, device, day, figures)
        if paired is not None:
            _watch(view, guard, device, day, paired, seen, figures)
    return _told(view, guard, seen, figures)


def _watch(
    view: View,
    guard: Guard,
    device: Floats,
    day: int,
    paired: tuple[int, Pairing],
    seen: _Watched,
    figures: ProtectiveFigures,
) -> None:
    """One day into `seen`, by the habit of the days before it."""
    today, (line, pairing) = slice(day * QUARTERS_OF_A_DAY, (day + 1) * QUARTERS_OF_A_DAY), paired
    power = view.kw[line]
    runs, running = _running(view, power, today, pairing, figures)
    limit = pairing.limit(power[today], figures)
    seen.share[today] = device[today] / pairing.expected(power[today])
    seen.off[today] = running & (device[today] < limit)
    seen.begun[today] = runs & (device[today] < limit)
    seen.rest[today] = (device[today] < figures.off * pairing.device_kw[0]) | ~np.isfinite(device[today])
    before = today.start - QUARTERS_OF_A_DAY // 4
    seen.fresh[today] = fresh_runs(power[before : today.stop] > pairing.threshold_kw)[QUARTERS_OF_A_DAY // 4 :]
    learnt = view.learnt(day, figures.longer_d)
    ran = power[learnt] > pairing.threshold_kw
    habit = lapse_habit(ran, device[learnt] < pairing.limit(power[learnt], figures), figures)
    seen.at_start[today], seen.within[today] = habit.at_start, habit.within
    seen.sure[today] = figures.sure if pairing.kept > 0.97 and line == guard.line else figures.unsure


def _worth_a_look(view: View, device: Floats, today: slice, learnt: slice, figures: ProtectiveFigures) -> bool:
    """Whether there can be anything on this day: most days the devices are at work whenever any line is. Spares the learning."""
    most = np.fmax.reduce(device[learnt], initial=0.0)
    low = device[today] < figures.off * most
    for line in view.of(Role.PROCESS) if low.any() else ():
        power = view.kw[line]
        if (low & (power[today] > LEAST_LOAD * np.fmax.reduce(power[learnt], initial=0.0))).any():
            return True
    return False


def _paired(view: View, guard: Guard, device: Floats, day: int, figures: ProtectiveFigures) -> tuple[int, Pairing] | None:
    """The line the devices really go with, and how. Another line than the list's only where the list's can't be true."""
    learnt, longer = view.learnt(day, figures.history_d), view.learnt(day, figures.longer_d)

    def learn(line: int) -> Pairing | None:
        power = view.kw[line]
        past = power[longer][np.isfinite(power[longer])]
        if len(past) == 0 or (high := float(np.percentile(past, 98))) <= 0:
            return None
        of_both = pairing_of(power[learnt], device[learnt], high, figures)
        if of_both is None:  # it may work by a clock or a level while its line runs
            of_both = pairing_of(power[learnt], device[learnt], high, figures, around=figures.lapse_quarters // 2)
        return of_both

    own = learn(guard.line)
    if own is not None:
        return guard.line, own
    others = [(line, learn(line)) for line in view.of(Role.PROCESS) if line != guard.line]
    found = [(line, pairing) for line, pairing in others if pairing is not None and pairing.kept > 0.97]
    return max(found, key=lambda pair: (pair[1].kept, pair[1].seen)) if len(found) == 1 else None


def _running(
    view: View, power: Floats, today: slice, pairing: Pairing, figures: ProtectiveFigures
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Quarters of the day in which the line runs (above the threshold, its reading alive, the grid connection carrying it), and
    those of them behind the start of the line.
    """
    before = max(0, today.start - 8)
    above = power[before : today.stop] > pairing.threshold_kw
    held = power[before : today.stop]
    still = np.zeros(len(held), np.bool_)
    still[3:] = (held[3:] == held[2:-1]) & (held[2:-1] == held[1:-2]) & (held[1:-2] == held[:-3])
    above &= ~_stands_by(held, pairing, figures)
    settled = above
    for _ in range(figures.start_quarters):
        settled = settled & np.concatenate(([False], settled[:-1]))
    here = slice(today.start - before, None)
    runs = (above & ~still)[here] & ~(view.gross[today] < figures.carried * power[today])
    return runs, runs & settled[here]


def _stands_by(power: Floats, pairing: Pairing, figures: ProtectiveFigures) -> NDArray[np.bool_]:
    """Quarters that end `quarters` of low and even power, bool[t]: drives or heaters that are kept on without goods."""
    made = np.zeros(len(power), np.bool_)
    width = figures.quarters
    if len(power) >= width:
        hours = sliding_window_view(power, width)
        most = hours.max(axis=1)
        made[width - 1 :] = (most < pairing.standby_kw) & (most - hours.min(axis=1) <= figures.standby_even * most)
    return made


def _has_slipped(share: Floats, figures: ProtectiveFigures) -> bool:
    """Whether `share` float64 (quarters,), what a device takes of its usual power until it is told, is evenly a tenth."""
    apart = np.abs(share / figures.slipped - 1.0)
    return bool(float(np.median(apart)) <= figures.slipped_within)


def _told(view: View, guard: Guard, seen: _Watched, figures: ProtectiveFigures) -> list[Episode]:
    episodes: list[Episode] = []
    groups: list[list[int]] = []
    for quarter in np.flatnonzero(seen.begun).tolist():
        last = groups[-1][-1] if groups else None
        if last is not None and quarter - last - 1 <= figures.join_quarters and seen.rest[last + 1 : quarter].all():
            groups[-1].append(quarter)
        else:
            groups.append([quarter])
    for group in groups:
        start, end = group[0], group[-1] + 1
        needed = int((seen.at_start if seen.fresh[start] else seen.within)[start])
        certain = [number for number, quarter in enumerate(group) if seen.off[quarter]]
        if len(certain) < figures.quarters or len(group) < needed:
            continue
        told = group[max(certain[figures.quarters - 1], needed - 1)]
        doubted = len(episodes) >= figures.alike or _has_slipped(
            seen.share[[quarter for quarter in group if quarter <= told]], figures
        )
        episodes.append(
            Episode(
                view.firm.days.ms(start),
                view.firm.days.ms(end),
                EpisodeKind.PROTECTIVE_OFF,
                figures.doubtful if doubted else float(seen.sure[told]),
                view.firm.days.ms(told) + QUARTER_MS,
                view.firm.meters[guard.devices[0]].id,
                (("share_of_usual_power", float(np.median(seen.share[group]))), ("hours", (end - start) / 4)),
            )
        )
    return episodes
