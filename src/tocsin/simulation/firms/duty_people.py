"""Key people of made-up firms: who they are, when they are to be on post, and what certificates they hold."""

from dataclasses import dataclass
from datetime import date, timedelta

from tocsin.engine.work.firm import DayKind, Days
from tocsin.simulation.firms.dice import Dice
from tocsin.simulation.firms.plan import FirmPlan
from tocsin.simulation.firms.trades import minutes_of

MINUTE_MS = 60_000
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
SIGN_DAYS = 14

PRINCIPAL, MANAGER, LICENCE = "principal safety assessment", "safety manager assessment", "special operation licence"
OTHER = ("first aid", "fire facility operator", "forklift licence")


@dataclass(frozen=True)
class Post:
    """A kind of post. `office`: works office hours and takes night duty in turns, else in a rota; `terminal`: logs in at one."""

    role: str
    post: str
    certificate: str
    office: bool
    terminal: bool
    walks: float  # share of the time spent anywhere in the plant


POSTS = (
    Post("principal", "management", PRINCIPAL, True, False, 0.15),
    Post("safety_deputy", "management", MANAGER, True, False, 0.2),
    Post("safety_officer", "safety office", MANAGER, True, False, 0.25),
    Post("shift_leader", "control room", MANAGER, False, True, 0.15),
    Post("control_room_operator", "control room", LICENCE, False, True, 0.08),
    Post("duty_technician", "control room", LICENCE, False, True, 0.15),
    Post("hazard_responsible", "plant area", MANAGER, True, False, 0.4),
)
NUMBERS = {
    "principal": (1, 1),
    "safety_deputy": (1, 2),
    "safety_officer": (1, 2),
    "shift_leader": (1, 2),
    "control_room_operator": (1, 4),
    "duty_technician": (1, 2),
    "hazard_responsible": (0, 2),
}


@dataclass(frozen=True)
class KeyPerson:
    """One key person of a firm."""

    id: str
    number: int
    post: Post


@dataclass(frozen=True)
class Shift:
    """A planned shift of `person`, an index into the people of the firm."""

    person: int
    start_ms: int
    end_ms: int
    leave: bool = False


@dataclass(frozen=True)
class Paper:
    """A row of the register."""

    name: str
    issued: date
    expires: date
    status: str


def draw_people(firm: FirmPlan, dice: Dice) -> list[KeyPerson]:
    """The key people of a firm, at least one of most posts."""
    posts = [post for post in POSTS for _ in range(dice.whole(*NUMBERS[post.role]))]
    return [KeyPerson(f"{firm.id}-P{number}", number, post) for number, post in enumerate(posts, 1)]


def draw_roster(firm: FirmPlan, people: list[KeyPerson], days: Days, dice: Dice) -> list[Shift]:
    """Planned shifts of the last `SIGN_DAYS` days, leave and approved swaps among them, by person and start."""
    first = len(days) - SIGN_DAYS
    office = [index for index, person in enumerate(people) if person.post.office]
    rota = [index for index, person in enumerate(people) if not person.post.office]
    begin, end = dice.pick(((480, 1050), (510, 1050), (450, 990), (480, 1020)))
    planned = []
    for day in range(first, len(days)):
        working = days.kind[day] in (DayKind.WORKING_DAY, DayKind.MAKE_UP) or (
            days.kind[day] == DayKind.WEEKEND and dice.chance(0.25)
        )
        if working:
            planned += [_shift(days, index, day, begin, end) for index in office]
        for index in [dice.pick(office)] if firm.round_the_clock or dice.chance(0.6) else []:
            planned.append(_shift(days, index, day, end, begin + 1440))
    planned += _draw_rota(firm, rota, days, first, dice)
    return _with_leave(planned, people, dice)


def draw_papers(person: KeyPerson, today: date, dice: Dice) -> list[Paper]:
    """Certificates of one person: most good, some past their day, renewed, revoked, of another kind, or none at all."""
    years = dice.pick((3, 3, 3, 6))
    kind = dice.weighted(
        {"good": 0.66, "renewed": 0.13, "soon": 0.03, "late": 0.07, "expired": 0.03, "revoked": 0.02, "wrong": 0.03, "none": 0.01,
         "reissued": 0.01, "future": 0.01}
    )  # fmt: skip
    name = person.post.certificate
    recent = today - timedelta(days=dice.whole(60, years * 365 - 90))
    past = today - timedelta(days=dice.whole(15, 120))
    papers: list[Paper] = []
    if kind == "good":
        papers = [_paper(name, recent, years)]
    elif kind == "renewed":
        end = today + timedelta(days=dice.whole(-100, 20))
        fresh = end - timedelta(days=dice.whole(5, 40))
        papers = [
            _paper_until(name, end, years, "expired" if end < today and dice.chance(0.3) else "valid"),
            _paper(name, fresh, years),
        ]
    elif kind == "soon":  # ends within the days looked at
        papers = [_paper_until(name, today - timedelta(days=dice.whole(1, SIGN_DAYS - 2)), years, "valid")]
    elif kind in ("late", "expired"):
        papers = [_paper_until(name, past, years, "valid" if kind == "late" else "expired")]
    elif kind in ("revoked", "reissued"):
        papers = [_paper(name, recent, years, "revoked")]
        if kind == "reissued":
            papers.append(_paper(name, today - timedelta(days=dice.whole(20, 50)), years))
    elif kind == "wrong":
        others = [other for other in (PRINCIPAL, MANAGER, LICENCE) if other != name]
        papers = [_paper(dice.pick(others), recent, years)]
    elif kind == "future":
        papers = [_paper_until(name, past, years, "valid"), _paper(name, today + timedelta(days=dice.whole(3, 40)), years)]
    if dice.chance(0.15):
        papers.append(_paper(dice.pick(OTHER), today - timedelta(days=dice.whole(100, 900)), 2))
    return dice.shuffled(papers)


def _draw_rota(firm: FirmPlan, rota: list[int], days: Days, first: int, dice: Dice) -> list[Shift]:
    """Round the clock in shifts of twelve or eight hours, else in the registered hours."""
    if firm.round_the_clock or dice.chance(0.5):
        hours = dice.pick((((480, 1200), (1200, 1920)), ((0, 480), (480, 960), (960, 1440)), ((420, 1140), (1140, 1860))))
    else:
        hours = tuple(minutes_of(firm.shifts))
    planned = []
    for place, index in enumerate(rota):
        turn = dice.whole(0, 5)
        for day in range(first, len(days)):
            step = (day + turn + place) % (len(hours) + 2 if len(hours) > 1 else 3)
            if step < len(hours) if len(hours) > 1 else step < 2:
                planned.append(_shift(days, index, day, *hours[step if len(hours) > 1 else 0]))
    return planned


def _with_leave(planned: list[Shift], people: list[KeyPerson], dice: Dice) -> list[Shift]:
    taken = {(shift.person, shift.start_ms) for shift in planned}
    found = []
    for shift in sorted(planned, key=lambda one: (one.person, one.start_ms)):
        leave = dice.chance(0.04)
        found.append(Shift(shift.person, shift.start_ms, shift.end_ms, leave))
        role = people[shift.person].post.role
        mates = [index for index, person in enumerate(people) if person.post.role == role and index != shift.person]
        free = [mate for mate in mates if all(_apart(one, shift) for one in planned if one.person == mate)]
        if leave and free and dice.chance(0.5) and (free[0], shift.start_ms) not in taken:
            found.append(Shift(free[0], shift.start_ms, shift.end_ms))
            planned.append(found[-1])
    return sorted(found, key=lambda one: (one.person, one.start_ms))


def _apart(shift: Shift, other: Shift) -> bool:
    return shift.end_ms <= other.start_ms or shift.start_ms >= other.end_ms


def _shift(days: Days, person: int, day: int, begin: int, end: int) -> Shift:
    midnight = days.first_ms + day * DAY_MS
    return Shift(person, midnight + begin * MINUTE_MS, midnight + end * MINUTE_MS)


def _paper(name: str, issued: date, years: int, status: str = "valid") -> Paper:
    return Paper(name, issued, issued + timedelta(days=years * 365), status)


def _paper_until(name: str, expires: date, years: int, status: str) -> Paper:
    return Paper(name, expires - timedelta(days=years * 365), expires, status)
