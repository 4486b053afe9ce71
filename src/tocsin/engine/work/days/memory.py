"""What is carried from day to day: normal levels, the habit of rest days, whether the plant is up, and its rate of late."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import FULL, SCALE, STOPPED
from tocsin.engine.work.days.expectation import (
    Course,
    Habit,
    Standing,
    components,
    normal_rates,
    parts_in_force,
    standings,
)
from tocsin.engine.work.days.figures import DayFigures, ExpectationFigures
from tocsin.engine.work.days.normals import Normal, blended, spread_of
from tocsin.engine.work.days.power import PowerNormal, PowerRow, power_rows
from tocsin.engine.work.days.records import Channel, Happening, channels, happenings
from tocsin.engine.work.firm import DayKind, Firm, OrderKind, Role, Source
from tocsin.engine.work.load.model import Load

Floats = NDArray[np.float64]
TOLD_TO_WORK = 0.9


@dataclass(eq=False)
class Memory:
    """The sources of one firm and what was learnt of them up to the day before the one asked about."""

    firm: Firm
    figures: DayFigures
    standings: tuple[Standing, ...]
    channels: tuple[Channel, ...]
    happenings: tuple[Happening, ...]
    rows: tuple[PowerRow, ...]
    normals: tuple[Normal, ...]
    row_normals: tuple[PowerNormal, ...]
    habit: Habit
    course: Course
    usual_permits: float

    @classmethod
    def of(cls, firm: Firm, load: Load, figures: DayFigures) -> "Memory":
        """Before the first day."""
        found, rows = channels(firm, figures), power_rows(load, firm.shifts, figures.power)
        return cls(
            firm=firm,
            figures=figures,
            standings=standings(firm),
            channels=found,
            happenings=happenings(firm, figures.copy_hours),
            rows=rows,
            normals=tuple(_normal(channel, firm, figures) for channel in found),
            row_normals=tuple(PowerNormal(figures.power) for _ in rows),
            habit=Habit.of(firm, figures.expectation),
            course=Course(figures.expectation.up_at_first, carried_rates(figures.expectation)),
            usual_permits=figures.usual_permits,
        )

    def ordered(self, day: int) -> bool:
        """Whether the whole firm is ordered to stop."""
        return self.standings[day].kind is OrderKind.ORDERED_STOP

    def expected(self, day: int) -> float:
        """Probability that a plant which is up works on the day."""
        return self.habit.expects(self.firm.days.dates[day], int(self.firm.days.kind[day]))

    def metered_stop(self, day: int) -> bool:
        """Whether all lines that have a meter are told to stop on a day, each by an order of its own."""
        named = {order.scope for order in parts_in_force(self.firm.orders, self.firm.days.dates[day])}
        lines = {meter.id for meter in self.firm.meters if meter.role is Role.PROCESS}
        return bool(lines) and lines <= named

    def unmetered_stop(self, day: int) -> float:
        """Share of the firm's lines that have no meter and are told to stop on a day, each line counted alike."""
        named = {order.scope for order in parts_in_force(self.firm.orders, self.firm.days.dates[day])}
        unmetered = named - {meter.id for meter in self.firm.meters}
        lines = sum(1 for meter in self.firm.meters if meter.role is Role.PROCESS)
        return len(unmetered) / (len(unmetered) + lines) if unmetered else 0.0

    def prior(self, day: int) -> Floats:
        """Prior of the scale, float64 (3, points): up and at work, up and at rest, down."""
        holiday = self.firm.days.kind[day] == DayKind.HOLIDAY
        figures = self.figures.expectation
        holds_heat = self.firm.trade in figures.hot_trades
        return components(
            self.standings[day], self.course, self.expected(day), bool(holiday), holds_heat, self.normal_rates(), figures
        )

    def normal_rates(self) -> Floats:
        """How likely each rate is on a normal day, float64 (points,): a plant whose full days are alike seldom has one that lies
        far from them.
        """
        figures = self.figures.expectation
        for power in self.row_normals:
            if power.kwh.running:
                own = max(spread_of(power.kwh.running), figures.least_spread)
                spread = blended(own, len(power.kwh.running), figures.full_spread, self.figures.spread_days)
                return normal_rates(round(min(spread, figures.full_spread), 3), figures.over, figures)
        return normal_rates(figures.full_spread, figures.over, figures)

    def learn(self, day: int, joint: Floats, output: float, flows: Floats) -> None:
        """Takes in a day that was judged: `joint` float64 (3, points), sums to 1; `output`: the rate, should it have worked;
        `flows` float64 (points,): what is used or moved says of it.
        """
        posterior, shares = joint.sum(axis=0), joint.sum(axis=1)
        working = float(posterior[SCALE.working].sum())
        self.course.rest = np.where(SCALE.working, 0.0, posterior)
        self.course.up = float(shares[0] + shares[1])
        if working > 0.5:
            rate = np.where(SCALE.working, posterior, 0.0)
            usual = carried_rates(self.figures.expectation)
            self.course.rate = 0.5 * self.course.rate + 0.35 * rate / rate.sum() + 0.15 * usual
        if self.standings[day].kind is None:
            date, kind = self.firm.days.dates[day], int(self.firm.days.kind[day])
            self.habit.learn(date, kind, float(shares[0]), float(shares[1]))
        full, stopped = (float(posterior[SCALE.state == state].sum()) for state in (FULL, STOPPED))
        alone = all(power.young for power in self.row_normals)
        tells = working > TOLD_TO_WORK and self.standings[day].kind is None and not self.unmetered_stop(day)
        for row, power in zip(self.rows, self.row_normals, strict=True):
            if tells:
                power.learn_fixed(row, day, flows)
            power.learn(row, day, full, stopped, working, output, alone=alone)
        for channel, normal in zip(self.channels, self.normals, strict=True):
            if not channel.trusted[day] or channel.share[day, 0] < 0.9:
                continue
            value = float(channel.value[day, 0])
            if channel.source is Source.PERMITS:
                if working > TOLD_TO_WORK:
                    self.usual_permits += 0.1 * (value - self.usual_permits)
            else:
                normal.learn(value, stopped, working, output)


def carried_rates(figures: ExpectationFigures) -> Floats:
    """How likely each rate is, float64 (points,), by what is mixed into that of the days before."""
    return normal_rates(figures.full_spread, figures.over_carried, figures)


def _normal(channel: Channel, firm: Firm, figures: DayFigures) -> Normal:
    rule = figures.sources.get(channel.source)
    made = Normal(rule.base if rule else 0.0, window=figures.habit_window)
    if channel.source is Source.GATE_HEADCOUNT and channel.slot == 0 and firm.employees:
        made.guess = figures.heads.of_employees * firm.employees
    return made
