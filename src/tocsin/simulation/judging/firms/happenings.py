"""What befalls a firm: sudden stops, protective devices off, essential loads lost, trial runs, early ends of work."""

import numpy as np

from tocsin.simulation.judging.firms.course import Course, Episode
from tocsin.simulation.judging.firms.stops import OVERHAUL
from tocsin.simulation.judging.firms.trades import STEPS, STEPS_OF_HOUR, Flags, Random

SUDDEN_SHARE = 0.4  # of the firms have one, some two
FANS_OFF_SHARE = 0.45  # of the firms with metered protective devices
ESSENTIAL_SHARE = 0.3
WAITING_SHARE = 0.35  # of the firms stand by without work once or more
HALF_HOUR = 6  # steps


def happen(course: Course, random: Random) -> None:
    """All of it, in an order in which nothing happens to what does not run."""
    _trial_runs(course, random)
    _early_ends(course, random)
    _waiting(course, random)
    for _ in range(int(random.choice([0, 1, 2], p=[1 - SUDDEN_SHARE, 0.75 * SUDDEN_SHARE, 0.25 * SUDDEN_SHARE]))):
        _sudden_stop(course, random)
    _fans_off(course, random)
    _essential_lost(course, random)


def _is_quiet(course: Course, first: int, end: int) -> bool:
    """Whether no episode lies in or near these steps."""
    return all(end + STEPS < episode.first or episode.end + STEPS < first for episode in course.episodes)


def _all_run(course: Course) -> Flags:
    lines = [place for place, line in enumerate(course.firm.lines) if not line.is_spare]
    return np.asarray((course.rate[lines] > 0.3).sum(0) >= max(len(lines) - 1, 1))


def _sudden_stop(course: Course, random: Random) -> None:
    """In the middle of work everything stops: a trip, a fire, a power cut. One to 40 hours until it goes on.

    At least two hours of work lie before it and would have come after, so that it is no end of a shift.
    """
    running = _all_run(course)
    long = 2 * STEPS_OF_HOUR
    steady = np.convolve(running, np.ones(2 * long + 1), "same") >= 2 * long
    places = [int(step) for step in np.flatnonzero(steady[12 * STEPS : -2 * STEPS]) + 12 * STEPS]
    if not places:
        return
    at = int(random.choice(places))
    how = str(random.choice(["trip", "fire", "power cut"], p=[0.55, 0.15, 0.3]))
    hours = {"trip": random.uniform(2.5, 14), "fire": random.uniform(14, 40), "power cut": random.uniform(2, 7)}[how]
    back = at + int(hours * STEPS_OF_HOUR)
    if back + STEPS > course.steps or not _is_quiet(course, at, back):
        return
    course.rate[:, at:back] = 0.0
    if how == "power cut":
        until = at + int(random.uniform(0.3, 0.9) * (back - at))
        course.cut[at:until] = True
        if until - at > HALF_HOUR:  # the supply is lost to every firm
            course.episodes.append(Episode(at, until, "essential_load_lost", "power cut"))
    elif how == "fire":
        course.crew[at + 12 : back] = False
    # work goes on when the habit wants it again
    later = np.flatnonzero((course.rate[:, back:] > 0).any(0))
    end = back + int(later[0]) if len(later) else course.steps
    course.episodes.append(Episode(at, end, "sudden_stop", how))


def _early_ends(course: Course, random: Random) -> None:
    """Ordinary days that end hours early: no material, heat, a feast in the village. People go home, line after line."""
    if course.firm.shift not in ("day", "two"):
        return
    for day in np.flatnonzero(random.random(course.count) < 0.012).tolist():
        end = day * STEPS + int(random.integers(13, 18)) * STEPS_OF_HOUR
        for line in course.rate:
            line[end + int(random.integers(-6, 6)) : (day + 1) * STEPS] = 0.0
        course.crew[end + STEPS_OF_HOUR : (day + 1) * STEPS] = False


def _waiting(course: Course, random: Random) -> None:
    """No material or no orders: for one to five days people stand by and nothing is made. No stop, no episode."""
    if random.random() > WAITING_SHARE:
        return
    for _ in range(int(random.integers(1, 4))):
        first, count = int(random.integers(8, course.count - 6)), int(random.integers(1, 6))
        span = slice(first * STEPS, (first + count) * STEPS)
        if course.habit.works[first : first + count].all() and _is_quiet(course, span.start, span.stop):
            course.rate[:, span] = 0.0
            course.ready[first : first + count] = True


def _trial_runs(course: Course, random: Random) -> None:
    """In overhauls the first line is turned for an hour or three, making nothing; in other stops once in a while."""
    for stop in course.stops:
        for day in range(stop.first + 1, stop.last + 1):
            if random.random() < (0.3 if stop.kind == OVERHAUL else 0.04):
                begin = day * STEPS + int(random.integers(9, 15)) * STEPS_OF_HOUR
                course.trials[begin : begin + int(random.integers(6, 36))] = True


def _fans_off(course: Course, random: Random) -> None:
    """A protective device with a meter is off or idles while its line runs: minutes to days, at times night after night."""
    fitted = [place for place, line in enumerate(course.firm.lines) if line.fans and not line.is_spare]
    if not fitted or random.random() > FANS_OFF_SHARE:
        return
    for _ in range(int(random.integers(1, 4))):
        place = int(random.choice(fitted))
        active = course.rate[place] > 0.2
        places = np.flatnonzero(active[10 * STEPS : -4 * STEPS]) + 10 * STEPS
        if not len(places):
            continue
        first = int(random.choice(places))
        way = random.random()
        level, how = (0.0, "off") if random.random() < 0.8 else (float(random.uniform(0.03, 0.08)), "idling")
        if way < 0.4:
            spans = [(first, first + int(random.integers(9, 5 * STEPS_OF_HOUR)))]
        elif way < 0.75:
            spans = [(first, first + int(random.integers(5, 60)) * STEPS_OF_HOUR)]
        else:  # by night, when nobody looks
            night = first - first % STEPS + 22 * STEPS_OF_HOUR
            spans = [(night + k * STEPS, night + k * STEPS + 7 * STEPS_OF_HOUR) for k in range(int(random.integers(1, 5)))]
        _switch_off(course, place, spans, level, how)


def _switch_off(course: Course, place: int, spans: list[tuple[int, int]], level: float, how: str) -> None:
    for first, end in spans:
        end = min(end, course.steps)
        running = course.rate[place, first:end] > 0
        edges = np.flatnonzero(np.diff(np.concatenate([[0], running.astype(np.int8), [0]]))).reshape(-1, 2)
        long = [(first + a, first + b) for a, b in edges.tolist() if b - a > HALF_HOUR]
        if not long or (course.fans[place, first:end] < 1).any():
            continue
        course.fans[place, first:end] = level
        # short breaks of the line do not end it
        begin, done = long[0]
        for a, b in long[1:]:
            if a - done > 12:
                course.episodes.append(Episode(begin, done, "protective_off", how))
                begin = a
            done = b
        course.episodes.append(Episode(begin, done, "protective_off", how))


def _essential_lost(course: Course, random: Random) -> None:
    """A fan, cooling or supply that must always run is dead for three quarters of an hour to ten hours."""
    if course.firm.essential_kw <= 0 or random.random() > ESSENTIAL_SHARE:
        return
    for _ in range(int(random.integers(1, 3))):
        first = int(random.integers(10 * STEPS, course.steps - STEPS))
        end = first + int(random.integers(9, 10 * STEPS_OF_HOUR))
        if _is_quiet(course, first, end):
            course.essential[first:end] = 0.0
            course.episodes.append(Episode(first, end, "essential_load_lost", "device"))
