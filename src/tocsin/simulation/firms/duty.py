"""Key people of made-up firms over the last fortnight: rosters, certificates, signs that lie now and then, and the truth.

Far more varied than any one set of real firms is likely to be: firms differ in sources, in honesty, in how often signs come and
how far people walk. Shares are estimates (confidence C). Nothing here knows how duty is judged.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from tocsin.engine.work.firm import Days
from tocsin.simulation.firms.dice import Dice
from tocsin.simulation.firms.duty_people import (
    DAY_MS,
    MINUTE_MS,
    SIGN_DAYS,
    KeyPerson,
    Paper,
    Shift,
    draw_papers,
    draw_people,
    draw_roster,
)
from tocsin.simulation.firms.duty_signs import Dead, Doing, Habits, Record, Walk, draw_dead, draw_habits
from tocsin.simulation.firms.plan import FirmPlan
from tocsin.simulation.firms.tables import DutyTables, Table

_STREAM = 40
_LOCAL = timedelta(hours=8)


def make_duty(firms: Sequence[FirmPlan], days: Days, seed: int) -> DutyTables:
    """People, roster, certificates, signs and truth of all firms; signs cover the last 14 of `days`."""
    people: list[tuple[object, ...]] = []
    roster: list[tuple[object, ...]] = []
    papers: list[tuple[object, ...]] = []
    signs: list[tuple[object, ...]] = []
    truth: list[tuple[object, ...]] = []
    for firm in firms:
        fortnight = Fortnight(firm, days, Dice(seed, firm.number * 64 + _STREAM))
        people += [(p.id, firm.id, p.post.role, p.post.post, p.post.certificate) for p in fortnight.people]
        roster += fortnight.roster_rows()
        papers += fortnight.paper_rows()
        signs += fortnight.sign_rows()
        truth += fortnight.truth_rows()
    return DutyTables(
        people=_table(("person_id", "firm_id", "role", "post", "required_certificate"), people),
        roster=_table(("person_id", "role", "post", "shift_start", "shift_end", "leave"), roster),
        certificates=_table(("person_id", "certificate", "issued", "expires", "status"), papers),
        signs=_table(("person_id", "source", "ts", "value"), sorted(signs, key=lambda row: (row[0], row[2]))),
        truth=_table(("person_id", "shift_start", "state", "evidence"), truth),
    )


class Fortnight:
    """One firm over the days with signs."""

    def __init__(self, firm: FirmPlan, days: Days, dice: Dice) -> None:
        self._dice = dice
        self._begin = days.first_ms + (len(days) - SIGN_DAYS) * DAY_MS
        self._end = days.first_ms + len(days) * DAY_MS
        self.people: list[KeyPerson] = draw_people(firm, dice)
        self.shifts: list[Shift] = draw_roster(firm, self.people, days, dice)
        today = days.dates[-1]
        self.papers: list[list[Paper]] = [draw_papers(person, today, dice) for person in self.people]
        self.habits: Habits = draw_habits(dice)
        self.dead: Dead = draw_dead(dice, len(self.people), self._begin, self._end)
        self._records: list[tuple[int, Record]] = []
        self._states: dict[Shift, str] = {}
        self._live()

    def roster_rows(self) -> list[tuple[object, ...]]:
        """Rows of `roster.csv`."""
        planned = [(self.people[shift.person], shift) for shift in self.shifts]
        return [(p.id, p.post.role, p.post.post, shift.start_ms, shift.end_ms, int(shift.leave)) for p, shift in planned]

    def paper_rows(self) -> list[tuple[object, ...]]:
        """Rows of `certificates.csv`."""
        return [
            (person.id, one.name, one.issued.isoformat(), one.expires.isoformat(), one.status)
            for person, papers in zip(self.people, self.papers, strict=True)
            for one in papers
        ]

    def sign_rows(self) -> list[tuple[object, ...]]:
        """Rows of `signs.parquet`: what reached a reader that was alive."""
        return [
            (self.people[person].id, source, ts, value)
            for person, (source, ts, value) in self._records
            if source in self.habits.sources and self._begin <= ts < self._end and not self.dead.lost(person, source, ts)
        ]

    def truth_rows(self) -> list[tuple[object, ...]]:
        """Rows of `truth/duty.csv`."""
        return [
            (self.people[shift.person].id, shift.start_ms, state, self._evidence(shift)) for shift, state in self._states.items()
        ]

    def _live(self) -> None:
        later: list[tuple[Shift, Doing]] = []
        for shift in self.shifts:
            if shift.leave:
                self._away_on_leave(shift)
                continue
            doing = self._dice.weighted(self.habits.doings)
            if doing is Doing.CARRIED:
                later.append((shift, doing))
                continue
            self._states[shift] = self._do(shift, doing)
        for shift, doing in later:
            self._states[shift] = self._do(shift, doing)
        self._states = {shift: self._states[shift] for shift in self.shifts if shift in self._states}

    def _do(self, shift: Shift, doing: Doing) -> str:
        """Lets a shift happen; the state it was."""
        person, dice = self.people[shift.person], self._dice
        walk = Walk(self.habits, person, shift, dice)
        low, high, span = shift.start_ms, shift.end_ms, shift.end_ms - shift.start_ms
        present = False
        if doing is Doing.HERE:
            begin = low + int(max(0.0, dice.normal() - 1.3) * 40.0) * MINUTE_MS
            walk.stay(begin, high, whole=True)
            present = True
        elif doing in (Doing.LEAVES, Doing.LATE):
            present = self._part(walk, doing, dice.between(0.08, 0.62))
        elif doing is Doing.UNREACHABLE:
            self._unreachable(walk)
        elif doing is Doing.CARRIED and self._carry(walk):
            pass
        elif doing in (Doing.CARRIED, Doing.LENT):
            self._lend(walk, positions=True)
        elif doing is Doing.STAND_IN:
            self._stand_in(walk)
        elif doing is Doing.RESTS:
            walk.positions(low, low + span, still_m=dice.between(0.0, self.habits.plant_m))
            walk.miss(low, high)
        else:
            walk.miss(low, high)
        self._records += [(shift.person, record) for record in walk.records]
        if doing is Doing.UNREACHABLE:
            return "not_reachable"
        if not present:
            return "absent"
        return "on_post" if self._fit(shift) else "not_fit"

    def _part(self, walk: Walk, doing: Doing, share: float) -> bool:
        """Somebody who is there for a share of the shift; true where it is most of it."""
        low, high = walk.shift.start_ms, walk.shift.end_ms
        if doing is Doing.LEAVES:
            cut = low + int(share * (high - low))
            walk.stay(low, cut, whole=False)
            walk.calls(cut, high, 0.13, slow=True)
            walk.phone(cut, high, self._dice.between(2.0, 40.0))
        else:
            cut = high - int(share * (high - low))
            walk.stay(cut, high, whole=False)
            walk.calls(low, cut, 0.13, slow=True)
            walk.phone(low, cut, self._dice.between(2.0, 40.0))
        return share > 0.5

    def _unreachable(self, walk: Walk) -> None:
        dice, habits = self._dice, self.habits
        low, high = walk.shift.start_ms, walk.shift.end_ms
        cut = low + int(dice.pick((0.0, 0.0, dice.between(0.0, 0.3))) * (high - low))
        walk.gate(low - dice.between(2.0, 25.0) * MINUTE_MS, True)
        walk.terminal(low + dice.between(0.0, 25.0) * MINUTE_MS, True, 0.35)
        if cut > low:
            walk.positions(low, cut)
            walk.faces(low, cut, habits.likeness, dice.whole(0, 1))
        walk.positions(cut, high, still_m=dice.between(60.0, habits.plant_m))
        walk.calls(cut, high, 0.05, slow=True, more=1)
        walk.phone(low, high, None, dice.whole(0, 3))
        if dice.chance(0.9):
            walk.gate(high + dice.between(1.0, 25.0) * MINUTE_MS, False)

    def _lend(self, walk: Walk, *, positions: bool) -> None:
        """The card is in somebody's hands who is not of the roster."""
        dice = self._dice
        low, high = walk.shift.start_ms, walk.shift.end_ms
        if positions:
            walk.positions(low, high, walks=0.15)
        if dice.chance(0.8):
            walk.gate(low - dice.between(2.0, 25.0) * MINUTE_MS, True)
            walk.gate(high + dice.between(1.0, 25.0) * MINUTE_MS, False)
        walk.terminal(low + dice.between(0.0, 25.0) * MINUTE_MS, True, 0.6)
        walk.calls(low, high, 0.1, slow=True)
        walk.phone(low, high, None if dice.chance(0.15) else dice.between(2.0, 60.0))
        if dice.chance(0.15):
            walk.faces(low, high, 0.38, dice.whole(1, 2))

    def _carry(self, walk: Walk) -> bool:
        """The card goes where a colleague on duty goes; false where none is there to carry it."""
        dice, shift = self._dice, walk.shift
        carriers = [
            other.person
            for other, state in self._states.items()
            if other.start_ms <= shift.start_ms and other.end_ms >= shift.end_ms and state in ("on_post", "not_fit")
        ]
        if not carriers:
            return False
        carrier = dice.pick(carriers)
        for person, (source, ts, value) in list(self._records):
            if person == carrier and source == "positioning" and shift.start_ms <= ts < shift.end_ms and dice.chance(0.92):
                walk.note(source, ts + int(dice.between(-12.0, 12.0) * 1000.0), value + 0.7 * dice.normal(), 1)
        self._lend(walk, positions=False)
        return True

    def _stand_in(self, walk: Walk) -> None:
        """A colleague who is off does the work, logs in as the absent one or as nobody, and carries his own card."""
        dice, shift = self._dice, walk.shift
        free = [
            index
            for index, person in enumerate(self.people)
            if person.post.post == walk.person.post.post
            and all(one.person != index or one.end_ms <= shift.start_ms or one.start_ms >= shift.end_ms for one in self.shifts)
        ]
        walk.miss(shift.start_ms, shift.end_ms, account=0.5)
        if dice.chance(0.4):
            walk.faces(shift.start_ms, shift.end_ms, 0.38, dice.whole(1, 3))
        if free:
            mate = dice.pick(free)
            other = Walk(self.habits, self.people[mate], Shift(mate, shift.start_ms, shift.end_ms), dice)
            other.stay(shift.start_ms, shift.end_ms, whole=True)
            self._records += [(mate, record) for record in other.records]

    def _away_on_leave(self, shift: Shift) -> None:
        walk = Walk(self.habits, self.people[shift.person], shift, self._dice)
        walk.phone(shift.start_ms, shift.end_ms, self._dice.spread(3.0, 400.0))
        self._records += [(shift.person, record) for record in walk.records]

    def _fit(self, shift: Shift) -> bool:
        day: date = (datetime.fromtimestamp(shift.start_ms / 1000.0, UTC) + _LOCAL).date()
        required = self.people[shift.person].post.certificate
        return any(
            paper.name == required and paper.status == "valid" and paper.issued <= day <= paper.expires
            for paper in self.papers[shift.person]
        )

    def _evidence(self, shift: Shift) -> str:
        """`dead` where hardly a source was alive over most of the shift, `thin` where it was one."""
        moments = range(shift.start_ms, shift.end_ms, 30 * MINUTE_MS)
        watched = [source for source in self.habits.sources if source != "permit_signature"]
        alive = sorted(sum(ts < self._end and not self.dead.at(source, ts) for source in watched) for ts in moments)
        usual = alive[len(alive) // 2]
        return "dead" if usual == 0 else "thin" if usual == 1 else "rich"


def _table(names: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return dict(zip(names, columns, strict=True))
