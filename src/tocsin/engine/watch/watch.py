"""The watch: every ten minutes a cheap look at all sensors, between them at those that move fast, a diagnosis of those that stir,
and early signs where diagnoses agree on a cause before a limit is crossed.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import BINS_PER_HOUR, HOUR_MS, Grid
from tocsin.engine.diagnosis.judge import diagnose
from tocsin.engine.diagnosis.laying import BIN_MS, Floats
from tocsin.engine.diagnosis.model import Evidence, Hypothesis, SensorColumns
from tocsin.engine.diagnosis.templates import Template, Templates
from tocsin.engine.network import Network
from tocsin.engine.watch.gathering import Gathering, Opinion, Round
from tocsin.engine.watch.habits import Habits, Peers, learn_habits
from tocsin.engine.watch.model import EarlySign, WatchFigures
from tocsin.engine.watch.rain import Rain
from tocsin.engine.watch.stirring import Pulse, Stirring

DAY_MS = 24 * HOUR_MS
NOT_BELOW_LIMITS = ("no_event", "calibration_or_maintenance")  # something stirs; test gas is beyond a limit at once
PRESENT = ".present"
FOREIGN = -4.0  # a cause whose symptom weighs no more does not show itself in that quantity
LATEST_MS = 2 * HOUR_MS  # enough for the carried value of a sensor that reads once an hour


class Watch:
    """The watch over the sensors of one grid. `look` takes one moment after the other, every full ten minutes among them."""

    def __init__(self, network: Network, sensors: SensorColumns, templates: Templates, figures: WatchFigures) -> None:
        self._network = network
        self._sensors = sensors
        self._templates = {quantity: templates_for(templates, quantity) for quantity in set(sensors.quantity)}
        self._rain = Rain(network, sensors, figures)
        self._figures = figures
        self._everyone = np.arange(len(sensors))
        self._x_m, self._y_m = network.plane.to_metres(sensors.lon, sensors.lat)
        self._peers = Peers.of(network, sensors, figures.district_m)
        self._pulse = Pulse(sensors, self._peers, self._rain, figures)
        self._habits: Habits | None = None
        self._learnt_day = -1
        self._stirs_since = np.full(len(sensors), -1, np.int64)
        self._stirred_ms = np.zeros(len(sensors), np.int64)
        self._asked = np.zeros(len(sensors), np.int64)  # how often since it was calm
        self._asked_ms = np.zeros(len(sensors), np.int64)
        self._asked_way = np.zeros(len(sensors))

    def look(self, grid: Grid, at_ms: int, told_ms: int) -> Round:
        """What there is to know at `at_ms` from what was told before it: at a full ten minutes of all sensors, between them of
        those that move too fast to wait.

        `told_ms`: time of the reading by which it is known that the time until `at_ms` is over; signs carry it.
        """
        values = self._newest(grid, at_ms)
        habits = self._learn(grid, at_ms)
        number, full = (at_ms - 1) // BIN_MS, at_ms % BIN_MS == 0
        stirring = self._pulse.step(values, number, habits) if full else self._pulse.glance(values, number, habits)
        if full:
            self._rain.step(values, stirring.lifted, at_ms)
        asked = self._whom_to_ask(stirring, at_ms, full=full)
        return Round(
            at_ms,
            told_ms,
            frozenset(self._sensors.index[self._stirs_since >= 0].tolist()),
            frozenset(self._sensors.index[stirring.rings].tolist()),
            tuple(self._ask(grid, position, stirring, at_ms) for position in asked),
        )

    def _newest(self, grid: Grid, at_ms: int) -> Floats:
        """The bin before `at_ms` of every sensor, so far as it is over."""
        view = grid.view(self._everyone, ts_ms=at_ms - 1, as_of_ms=at_ms - 1, history_ms=LATEST_MS)
        column = (at_ms - 1) // BIN_MS - view.first_bin
        if column >= view.values.shape[1]:
            return np.full(len(self._everyone), np.nan)
        return view.values[:, column]

    def _learn(self, grid: Grid, at_ms: int) -> Habits:
        """Habits once a day, from days that are long enough ago not to be part of what goes on."""
        if self._habits is not None and at_ms // DAY_MS == self._learnt_day:
            return self._habits
        figures = self._figures
        until_ms = at_ms - round(figures.settle_h * HOUR_MS)
        from_ms = until_ms - round(figures.habit_h * HOUR_MS)
        least_bins = round(figures.warm_up_h * BINS_PER_HOUR)
        self._habits = learn_habits(
            grid, self._peers, from_ms=from_ms, until_ms=until_ms, windows=figures.windows, least_bins=least_bins
        )
        self._rain.learn(grid, self._habits, from_ms=from_ms, until_ms=until_ms)
        self._learnt_day = at_ms // DAY_MS
        return self._habits

    def _whom_to_ask(self, stirring: Stirring, at_ms: int, *, full: bool) -> list[int]:
        """Sensors that have stirred for some time and were not asked just now, the most urgent first.

        Each time a sensor was asked it waits twice as long; one that was calm for long begins anew. One that moves fast is
        asked at once, and again as soon as it has come much nearer to its limit; before ten minutes are full only such are asked,
        which makes none of them wait longer.
        """
        figures = self._figures
        stirs = ((stirring.z >= 1.0) | stirring.urgent) if full else stirring.urgent
        since = np.where(stirs & (self._stirs_since < 0), at_ms, self._stirs_since)
        self._stirs_since = np.where(stirs, since, -1) if full else since
        self._asked[at_ms - self._stirred_ms > figures.calm_h * HOUR_MS] = 0
        self._stirred_ms[stirs] = at_ms
        wait_ms = np.minimum(BIN_MS * 2.0 ** (self._asked - 1), figures.longest_wait_h * HOUR_MS)
        lasted = stirring.urgent | (at_ms - self._stirs_since >= (figures.lasting - 1) * BIN_MS)
        nearer = stirring.way >= self._asked_way + figures.again_way
        nearer |= (stirring.way >= figures.near_way) & (self._asked_way < figures.near_way)  # another share suffices there
        due = stirs & lasted & ((self._asked == 0) | nearer | (full & (at_ms - self._asked_ms >= wait_ms)))
        far = (stirring.way < figures.rain_way) | (stirring.beyond < figures.rain_beyond)
        chosen = np.flatnonzero(due & ~stirring.rings & ~(far & self._rain.wet(at_ms)))
        order = np.lexsort((chosen, -stirring.z[chosen], -stirring.beyond[chosen]))
        asked = chosen[order][: figures.most_questions]
        self._asked_way[asked] = stirring.way[asked]
        if full:
            self._asked[asked] += 1
            self._asked_ms[asked] = at_ms
        whom: list[int] = asked.tolist()
        return whom

    def _ask(self, grid: Grid, position: int, stirring: Stirring, at_ms: int) -> Opinion:
        index = int(self._sensors.index[position])
        quantity = self._sensors.quantity[position]
        told = diagnose(
            self._network, grid, self._templates[quantity], sensor=index, ts_ms=at_ms - 1, as_of_ms=at_ms - 1
        ).hypotheses
        first = told[0]
        if stirring.way[position] >= self._figures.near_way:
            first = next((one for one in told if one.cause in self._figures.rules), first)
        x_m, y_m = self._place_of(first, position)
        way, limit_in_h = float(stirring.way[position]), float(stirring.limit_in_h[position])
        speaks = self._speaks(first)
        witnesses = frozenset({index, *(one.sensor for one in speaks if one.sensor is not None)})
        signs = frozenset(one.code.removesuffix(PRESENT) for one in speaks)
        return Opinion(index, quantity, first, first.probability, witnesses, signs, x_m, y_m, way, limit_in_h)

    def _speaks(self, hypothesis: Hypothesis) -> list[Evidence]:
        """What speaks for the cause by what is shown, not by what is missed."""
        heavy = (one for one in hypothesis.evidence if one.weight >= self._figures.witness_weight)
        return [one for one in heavy if one.code.endswith(PRESENT)]

    def _place_of(self, hypothesis: Hypothesis, position: int) -> tuple[float, float]:
        if np.isnan(hypothesis.lon):
            return float(self._x_m[position]), float(self._y_m[position])
        x_m, y_m = self._network.plane.to_metres(np.array([hypothesis.lon]), np.array([hypothesis.lat]))
        return float(x_m[0]), float(y_m[0])


def templates_for(templates: Templates, quantity: str) -> Templates:
    """The causes that can show themselves in that quantity below a limit."""
    causes = [
        template
        for template in templates.causes
        if template.cause not in NOT_BELOW_LIMITS and likeliest_symptom(template, quantity) > FOREIGN
    ]
    return replace(templates, causes=tuple(causes))


def likeliest_symptom(template: Template, quantity: str) -> float:
    """The largest log weight that the cause gives to a sensor of that quantity, whoever owns the place."""
    named = [weight for key, weight in template.symptoms.items() if key.split("@")[0] == quantity]
    return max(named, default=template.other_symptom)


def early_signs(
    network: Network, sensors: SensorColumns, readings: Readings, templates: Templates, figures: WatchFigures
) -> Iterator[EarlySign]:
    """Goes through readings in the order of their time and gives the signs that would have been raised; nothing is known
    before its time.
    """
    if not len(readings):
        return
    times = np.sort(readings.ts)
    grid = Grid.holding(sensors, readings)
    one, gathering = Watch(network, sensors, templates, figures), Gathering(figures)
    first_ms = (int(times[0]) // BIN_MS + 1) * BIN_MS
    for at_ms in range(first_ms, int(times[-1]) + 1, BIN_MS // figures.looks):
        told_ms = int(times[np.searchsorted(times, at_ms)])  # the reading that shows that the ten minutes are over
        yield from gathering.take(one.look(grid, at_ms, told_ms))
