"""What really happened at a firm: its habit, its stops, its tricks and its faults, with the truth of each."""

from dataclasses import dataclass, field

import numpy as np

from tocsin.engine.work.firm import Days
from tocsin.simulation.judging.firms.habits import Habit, make_habit
from tocsin.simulation.judging.firms.plan import Firm
from tocsin.simulation.judging.firms.stops import ORDERED, OVERHAUL, Stop, draw_stops
from tocsin.simulation.judging.firms.trades import STEPS, STEPS_OF_HOUR, Flags, Floats, Random

MERGE_STEPS = 36 * STEPS_OF_HOUR  # pauses inside one episode
LOW_RATE = 0.3  # hidden production below it is partial


@dataclass(frozen=True)
class Episode:
    """Steps from the first to one past the last."""

    first: int
    end: int
    kind: str
    how: str = ""


@dataclass
class Course:
    """What was so, by line and step, by step, or by day.

    By line and step: `rate` of work and `fans` (1 as it should, 0 off). By step: `crew`; `unseen`, the share of the lines'
    power that no meter of the firm carries (own generator, neighbour); `on_lessee`, the share on the lessee's meter; `shunted`,
    the share that the meters named by `shunt_on` do not count; `cut`, no power at all; `essential`, 1 as it should; `hot`, the
    furnace is held hot; `generator`, it burns fuel; `trials`, machines turn without making anything. By day: `ready`, crew or
    equipment stand by; `owns_up`, the firm says that it works though it should not.
    """

    firm: Firm
    days: Days
    habit: Habit
    stops: list[Stop]
    rate: Floats
    crew: Flags
    fans: Floats
    unseen: Floats
    on_lessee: Floats
    shunted: Floats
    cut: Flags
    essential: Floats
    ready: Flags
    hot: Flags
    owns_up: Flags
    generator: Flags
    trials: Flags
    shunt_on: str = "total"
    episodes: list[Episode] = field(default_factory=list)
    cheats: list[tuple[Stop, str]] = field(default_factory=list)

    @property
    def steps(self) -> int:
        return len(self.crew)

    @property
    def count(self) -> int:
        return self.steps // STEPS

    def is_stopped(self, place: int) -> Flags:
        """Steps at which a stop covers a line, so that nobody keeps it ready."""
        stopped = np.zeros(self.steps, np.bool_)
        for stop in self.stops:
            if stop.covers(place):
                stopped[stop.first * STEPS + STEPS * (stop.kind == ORDERED) : (stop.last + 1) * STEPS] = True
        return stopped

    def output(self) -> Floats:
        """Lines' kW times hours by day, float64[days]."""
        weights = np.array([line.kw for line in self.firm.lines])
        by_step = (weights[:, None] * self.rate).sum(0) / STEPS_OF_HOUR
        return np.asarray(by_step.reshape(-1, STEPS).sum(1))


def make_course(firm: Firm, days: Days) -> Course:
    """The whole story of a firm over the days."""
    from tocsin.simulation.judging.firms.happenings import happen
    from tocsin.simulation.judging.firms.tricks import cheat

    habit = make_habit(firm, days)
    stops = draw_stops(firm, len(days), firm.random(2))
    steps, lines = len(habit.crew), len(firm.lines)
    course = Course(
        firm=firm,
        days=days,
        habit=habit,
        stops=stops,
        rate=habit.rate.copy(),
        crew=habit.crew.copy(),
        fans=np.ones((lines, steps)),
        unseen=np.zeros(steps),
        on_lessee=np.zeros(steps),
        shunted=np.zeros(steps),
        cut=np.zeros(steps, np.bool_),
        essential=np.ones(steps),
        ready=np.zeros(len(days), np.bool_),
        hot=np.zeros(steps, np.bool_),
        owns_up=np.zeros(len(days), np.bool_),
        generator=np.zeros(steps, np.bool_),
        trials=np.zeros(steps, np.bool_),
    )
    for stop in stops:
        obey(course, stop, firm.random(3 + stop.first))
    cheat(course, firm.random(200))
    happen(course, firm.random(201))
    course.episodes.sort(key=lambda episode: (episode.first, episode.kind))
    return course


def obey(course: Course, stop: Stop, random: Random) -> None:
    """The lines in its scope stop: an order is served in the course of its first day, a planned one begins with it."""
    served = stop.first * STEPS
    if stop.kind == ORDERED:
        served += int(random.integers(9 * STEPS_OF_HOUR, 18 * STEPS_OF_HOUR))
    end = (stop.last + 1) * STEPS
    for place in range(len(course.firm.lines)):
        if stop.covers(place):
            course.rate[place, served:end] = 0.0
    if stop.line is not None:
        return
    course.crew[served:end] = False
    if random.random() < 0.15:  # few send people in for cleaning, by day: nothing is held ready, the plant is shut
        for day in range(stop.first + 1, stop.last + 1):
            course.crew[day * STEPS + 100 : day * STEPS + 200] = True
    if course.firm.trade.holds_heat and stop.last - stop.first < 30 and random.random() < 0.8:
        course.hot[served:end] = True
        course.ready[stop.first : stop.last + 1] = True
    if stop.kind == OVERHAUL:
        course.ready[stop.first : stop.last + 1] = True
        for day in range(stop.first, stop.last + 1):
            course.crew[day * STEPS + 96 : day * STEPS + 210] = True
    _begin_again(course, stop, random)


def _begin_again(course: Course, stop: Stop, random: Random) -> None:
    """Some take two to four days until all runs as before."""
    if random.random() < 0.4:
        first = (stop.last + 1) * STEPS
        for number, share in enumerate(np.linspace(0.5, 1.0, int(random.integers(3, 5)))[:-1]):
            course.rate[:, first + number * STEPS : first + (number + 1) * STEPS] *= share


def runs_of(active: Flags, merge: int) -> list[tuple[int, int]]:
    """Spans of steps in which something is on, joined over pauses of up to `merge` steps.

    >>> runs_of(np.array([0, 1, 1, 0, 1, 0, 0, 0, 1], dtype=bool), 1)
    [(1, 5), (8, 9)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]]))).reshape(-1, 2)
    spans: list[tuple[int, int]] = []
    for first, end in edges.tolist():
        if spans and first - spans[-1][1] <= merge:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((first, end))
    return spans


def scope_rate(course: Course, stop: Stop) -> Floats:
    """Rate of what a stop covers, 1 as on a normal day, by step."""
    lines = course.firm.lines
    weights = np.array([line.kw * stop.covers(place) for place, line in enumerate(lines)])
    normal = sum(line.kw for place, line in enumerate(lines) if stop.covers(place) and not line.is_spare)
    return np.asarray((weights[:, None] * course.rate).sum(0) / max(normal, 1e-9))
