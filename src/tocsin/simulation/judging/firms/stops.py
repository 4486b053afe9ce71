"""Orders and plans by which a firm, or one line, does not work: when, of what kind, how they end."""

from dataclasses import dataclass

from tocsin.simulation.judging.firms.plan import Firm
from tocsin.simulation.judging.firms.trades import Random

ORDERED, PLANNED, OVERHAUL = "ordered stop", "planned stop", "overhaul"
FIRST_DAY = 12  # before it a firm only shows its habits
APART = 5


@dataclass(frozen=True)
class Stop:
    """Whole days, `last` included; `line`: place of the only line it is for. `approved`: a resumption is written
    the day after."""

    kind: str
    first: int
    last: int
    line: int | None = None
    is_open: bool = False
    approved: bool = False

    def covers(self, place: int) -> bool:
        """Whether a line lies in its scope."""
        return self.line is None or self.line == place


def draw_stops(firm: Firm, count: int, random: Random) -> list[Stop]:
    """None to three stops over `count` days, apart from each other."""
    stops: list[Stop] = []
    day = FIRST_DAY + int(random.integers(0, 30))
    wanted = int(random.choice([0, 1, 1, 2, 2, 3]))
    while len(stops) < wanted and day < count - 8:
        kind = str(random.choice([ORDERED, PLANNED, OVERHAUL], p=[0.58, 0.24, 0.18]))
        length = {ORDERED: random.integers(7, 46), PLANNED: random.integers(4, 24), OVERHAUL: random.integers(3, 13)}[kind]
        last = day + int(length) - 1
        beyond = last >= count - 1
        line = None
        running = [place for place, line_ in enumerate(firm.lines) if not line_.is_spare]
        if kind == ORDERED and len(running) > 1 and random.random() < 0.2:
            line = int(random.choice(running))
        is_open = kind == ORDERED and (beyond or random.random() < 0.5)
        approved = kind == ORDERED and not beyond
        stops.append(Stop(kind, day, min(last, count - 1) if not is_open or approved else count - 1, line, is_open, approved))
        day = last + APART + int(random.integers(2, 30))
    return stops
