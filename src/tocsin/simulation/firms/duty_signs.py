"""Signs that people of made-up firms leave behind, true and false, and the readers that die under them."""

from dataclasses import dataclass, field
from enum import StrEnum

from tocsin.simulation.firms.dice import Dice
from tocsin.simulation.firms.duty_people import HOUR_MS, MINUTE_MS, KeyPerson, Shift

type Record = tuple[str, int, float]  # source, Unix ms, value
type Window = tuple[int, int]


class Doing(StrEnum):
    """What somebody does in a shift."""

    HERE = "here"
    AWAY = "away"
    LEAVES = "leaves"
    LATE = "comes late"
    UNREACHABLE = "unreachable"
    CARRIED = "a colleague of the roster carries the card"
    LENT = "somebody else carries the card"
    STAND_IN = "a colleague stands in unasked"
    RESTS = "the card lies in the plant"


@dataclass(frozen=True)
class Habits:
    """How signs are in one firm. Shares are of 1; counts are of one shift."""

    sources: tuple[str, ...]
    every_min: float
    missed: float
    near_m: float
    plant_m: float
    answers: float
    answer_s: float
    calls: int
    phones: int
    faces: int
    likeness: float
    gate_missed: float
    gate_wrong: float
    login_missed: float
    logout_missed: float
    phone_home: float
    permits: float
    lunch: float
    doings: dict[Doing, float]


@dataclass
class Dead:
    """When sources were dead: of the firm by source (`all` for everything), of one person by person and source."""

    firm: dict[str, list[Window]] = field(default_factory=dict)
    own: dict[tuple[int, str], list[Window]] = field(default_factory=dict)

    def at(self, source: str, ts: int) -> bool:
        """Whether a source of the firm was dead at a moment."""
        return any(low <= ts < high for name in (source, "all") for low, high in self.firm.get(name, ()))

    def lost(self, person: int, source: str, ts: int) -> bool:
        """Whether a person's record at a moment was lost."""
        return self.at(source, ts) or any(low <= ts < high for low, high in self.own.get((person, source), ()))


def draw_habits(dice: Dice) -> Habits:
    """The habits of one firm; `gate` and `roll_call` are almost everywhere, the rest here and there."""
    known = {"gate": 0.93, "positioning": 0.66, "roll_call": 0.93, "terminal_login": 0.73, "phone_location": 0.5,
             "camera_match": 0.4, "permit_signature": 0.8}  # fmt: skip
    sources = [source for source, share in known.items() if dice.chance(share)]
    if len(sources) < 3:
        sources = ["gate", "roll_call", "positioning"]
    poor = dice.between(0.35, 1.9)
    usual = {
        Doing.AWAY: 0.052,
        Doing.LEAVES: 0.03,
        Doing.LATE: 0.01,
        Doing.UNREACHABLE: 0.048,
        Doing.CARRIED: 0.013,
        Doing.LENT: 0.009,
        Doing.STAND_IN: 0.008,
        Doing.RESTS: 0.002,
    }
    doings = {doing: share * poor * dice.between(0.5, 1.5) for doing, share in usual.items()}
    doings[Doing.HERE] = 1.0 - sum(doings.values())
    return Habits(
        sources=tuple(sources),
        every_min=dice.pick((30.0, 30.0, 30.0, 30.0, 20.0, 25.0, 35.0)),
        missed=dice.between(0.08, 0.25),
        near_m=dice.between(6.0, 30.0),
        plant_m=dice.between(160.0, 300.0),
        answers=dice.between(0.9, 0.98),
        answer_s=dice.between(40.0, 80.0),
        calls=dice.whole(1, 3),
        phones=dice.whole(3, 6),
        faces=dice.whole(2, 6),
        likeness=dice.between(0.68, 0.82),
        gate_missed=dice.between(0.03, 0.12),
        gate_wrong=dice.between(0.0, 0.03),
        login_missed=dice.between(0.03, 0.12),
        logout_missed=dice.between(0.1, 0.35),
        phone_home=dice.between(0.02, 0.1),
        permits=dice.between(0.1, 0.35),
        lunch=dice.between(0.0, 0.3),
        doings=doings,
    )


def draw_dead(dice: Dice, people: int, begin_ms: int, end_ms: int) -> Dead:
    """Outages of sources for days, of everything for some hours, and of single cards and phones."""
    dead = Dead()
    span = end_ms - begin_ms
    for source in ("gate", "positioning", "roll_call", "terminal_login", "phone_location", "camera_match"):
        if dice.chance(0.35):
            low = begin_ms + int(dice.unit() * span)
            dead.firm[source] = [(low, low + int(dice.between(20.0, 140.0) * HOUR_MS))]
    for _ in range(2):
        if dice.chance(0.2):
            low = begin_ms + int(dice.unit() * span)
            dead.firm.setdefault("all", []).append((low, low + int(dice.between(8.0, 32.0) * HOUR_MS)))
    for person in range(people):
        for source in ("positioning", "phone_location"):
            if dice.chance(0.03):
                low = begin_ms + int(dice.unit() * span)
                dead.own[person, source] = [(low, low + int(dice.between(24.0, 120.0) * HOUR_MS))]
    return dead


class Walk:
    """Signs of one shift of one person, whatever the person does."""

    def __init__(self, habits: Habits, person: KeyPerson, shift: Shift, dice: Dice) -> None:
        self.habits, self.person, self.shift, self.dice = habits, person, shift, dice
        self.records: list[Record] = []

    def note(self, source: str, ts: float, value: float, digits: int = 0) -> None:
        """One record more."""
        self.records.append((source, int(ts), round(value, digits)))

    def positions(self, low: int, high: int, *, still_m: float | None = None, walks: float | None = None) -> None:
        """Positions of the card, from the post or lying at `still_m`."""
        habits, dice = self.habits, self.dice
        step = int(habits.every_min * MINUTE_MS)
        first = low + int(dice.unit() * step)
        count = max(0, -(-(high - first) // step))
        heard, places, noise = dice.units(count), dice.units(count), dice.normals(count)
        share = self.person.post.walks if walks is None else walks
        for index in range(count):
            if heard[index] < habits.missed:
                continue
            if still_m is not None:
                metres = still_m + 1.7 * noise[index]
            elif places[index] < share:
                metres = 40.0 + (habits.plant_m - 40.0) * places[index] / share
            else:
                metres = abs(noise[index]) * habits.near_m
            self.note("positioning", first + index * step, metres, 1)

    def calls(self, low: int, high: int, share: float, *, slow: bool = False, more: int = 0) -> None:
        """Calls and their answers; who is not at the post answers late if at all."""
        habits, dice = self.habits, self.dice
        for _ in range(dice.whole(0 if habits.calls < 3 else 1, habits.calls) + more):
            ts = dice.between(low, high)
            if dice.chance(share):
                seconds = dice.between(25.0, 290.0) if slow else habits.answer_s * 2.0 ** (0.9 * dice.normal())
                self.note("roll_call", ts, float(round(min(290.0, seconds))))
            else:
                self.note("roll_call", ts, -1.0)
                if dice.chance(0.3):
                    again = float(round(dice.between(20.0, 200.0))) if dice.chance(share) else -1.0
                    self.note("roll_call", ts + 5 * MINUTE_MS, again)

    def phone(self, low: int, high: int, km: float | None, count: int | None = None) -> None:
        """Distances of the phone: near the post, or about `km` away."""
        dice = self.dice
        for _ in range(dice.whole(2, self.habits.phones) if count is None else count):
            value = abs(dice.normal()) * 0.35 if km is None else km + 0.3 * dice.normal()
            self.note("phone_location", dice.between(low, high), max(0.0, value), 2)

    def faces(self, low: int, high: int, likeness: float, count: int | None = None) -> None:
        """Faces at the post."""
        dice = self.dice
        for _ in range(dice.whole(2, max(2, self.habits.faces)) if count is None else count):
            self.note("camera_match", dice.between(low, high), min(1.0, max(0.0, likeness + 0.12 * dice.normal())), 2)

    def gate(self, ts: float, entry: bool) -> None:
        """A passage, sometimes missed, sometimes booked the wrong way."""
        if not self.dice.chance(self.habits.gate_missed):
            self.note("gate", ts, float(entry != self.dice.chance(self.habits.gate_wrong)))

    def terminal(self, ts: float, login: bool, missed: float) -> None:
        """In or out at the terminal."""
        if self.person.post.terminal and not self.dice.chance(missed):
            self.note("terminal_login", ts, float(login))

    def stay(self, low: int, high: int, *, whole: bool) -> None:
        """Signs of somebody who is at the post from `low` to `high`; `whole`: for all of the shift."""
        habits, dice, shift = self.habits, self.dice, self.shift
        self.gate(low - dice.between(2.0, 25.0) * MINUTE_MS, True)
        self.terminal(low + dice.between(0.0, 25.0) * MINUTE_MS, True, habits.login_missed)
        share = (high - low) / (shift.end_ms - shift.start_ms)
        self.positions(low + int(dice.between(0.0, 15.0) * MINUTE_MS), high)
        self.calls(low, high, habits.answers)
        counts = (None, None) if whole else (round(habits.phones * share * 0.7), max(1, round(habits.faces * share)))
        at_home = dice.spread(2.0, 26.0) if dice.chance(habits.phone_home) else None
        self.phone(low, high, at_home, counts[0])
        self.faces(low, high, habits.likeness, counts[1])
        self.terminal(high - dice.between(0.0, 12.0) * MINUTE_MS, False, habits.logout_missed)
        self.gate(high + dice.between(1.0, 25.0) * MINUTE_MS, False)
        if dice.chance(habits.permits * share):
            self.note("permit_signature", dice.between(low, high), 1.0)
        noon = shift.start_ms + 4 * HOUR_MS
        if self.person.post.office and low < noon < high - 2 * HOUR_MS and dice.chance(habits.lunch):
            self.gate(noon, False)
            self.gate(noon + 55 * MINUTE_MS, True)

    def miss(self, low: int, high: int, *, account: float = 0.3, km: float | None = None) -> None:
        """Signs of somebody who is not there from `low` to `high`."""
        dice = self.dice
        self.calls(low, high, 0.13, slow=True)
        away = dice.between(2.0, 60.0) if km is None else km
        self.phone(low, high, None if dice.chance(0.06) else away)
        if low == self.shift.start_ms:
            self.terminal(low + dice.between(0.0, 25.0) * MINUTE_MS, True, 1.0 - account)
            if dice.chance(0.09):
                self.gate(low - dice.between(2.0, 25.0) * MINUTE_MS, True)
                self.gate(high + dice.between(1.0, 25.0) * MINUTE_MS, False)
        if dice.chance(0.04):
            self.note("permit_signature", dice.between(low, high), 1.0)
