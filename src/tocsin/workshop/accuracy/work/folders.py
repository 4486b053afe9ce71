"""A folder of firms with its truth, and the folder of answers to it, as rows to compare."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.base.errors import InvalidInput
from tocsin.workshop.accuracy.work.episodes import Span
from tocsin.workshop.accuracy.work.states import PRESENT, UNKNOWN, WORKING, Row
from tocsin.workshop.files.tables import moments_of, numbers_of, read_text_table


@dataclass(frozen=True)
class Compared:
    """Everything of one folder or of several together. Firms' ids are led by the folder's name; `trade` and `world` are by such
    an id. A part without answers is empty, so that work and duty can be compared apart.
    """

    trade: dict[str, str] = field(default_factory=dict)
    firm_days: int = 0
    days: tuple[Row, ...] = ()
    true: tuple[Span, ...] = ()
    named: tuple[Span, ...] = ()
    shifts: tuple[Row, ...] = ()
    world: dict[str, str] = field(default_factory=dict)

    def of_firms(self, firms: set[str]) -> "Compared":
        """Only some firms' part, by their led ids; rows carry a firm in `case`."""
        whole = max(len(self.trade), 1)
        return Compared(
            {firm: trade for firm, trade in self.trade.items() if firm in firms},
            round(self.firm_days * len(firms & self.trade.keys()) / whole),
            tuple(row for row in self.days if row.case in firms),
            tuple(span for span in self.true if span.firm in firms),
            tuple(span for span in self.named if span.firm in firms),
            tuple(row for row in self.shifts if row.case in firms),
            {firm: world for firm, world in self.world.items() if firm in firms},
        )


def compare_folders(pairs: Sequence[tuple[Path, Path]]) -> Compared:
    """(case, answers) folders, all together."""
    parts = [_compare(case, answers) for case, answers in pairs]
    return Compared(
        {firm: trade for part in parts for firm, trade in part.trade.items()},
        sum(part.firm_days for part in parts),
        tuple(row for part in parts for row in part.days),
        tuple(span for part in parts for span in part.true),
        tuple(span for part in parts for span in part.named),
        tuple(row for part in parts for row in part.shifts),
        {firm: world for part in parts for firm, world in part.world.items()},
    )


def _compare(case: Path, answers: Path) -> Compared:
    firms = read_text_table(case / "firms.csv", ("firm_id",), ("trade",))
    lead = case.resolve().name
    trade = {f"{lead}/{firm}": trade or "" for firm, trade in firms.iter_rows()}
    has_work, has_duty = (answers / "daily_state.csv").is_file(), (answers / "duty.csv").is_file()
    if not has_work and not has_duty:
        raise InvalidInput(
            f"{answers}: neither daily_state.csv nor duty.csv; answer with tocsin workstatus and tocsin duty first"
        )
    world = dict.fromkeys(trade, _world(case))
    compared = Compared(trade, world=world)
    if has_work:
        days = _days(case, answers, lead, trade)
        true = _spans(case / "truth" / "episodes.csv", lead)
        compared = Compared(trade, len(days), days, true, _spans(answers / "episodes.csv", lead), world=world)
    if has_duty:
        shifts = _shifts(case, answers, lead)
        compared = Compared(trade, compared.firm_days, compared.days, compared.true, compared.named, shifts, world)
    return compared


def _world(case: Path) -> str:
    """Which simulator made the case, as its truth says; `own` where it does not."""
    file = case / "truth" / "world.csv"
    if not file.is_file():
        return "own"
    names = read_text_table(file, ("world",))["world"]
    if len(names) != 1 or not names[0]:
        raise InvalidInput(f"{file}: one row with the name of the world is expected")
    return str(names[0])


def _days(case: Path, answers: Path, lead: str, trade: dict[str, str]) -> tuple[Row, ...]:
    told = _told(answers / "daily_state.csv", ("firm_id", "date"), "p_working")
    truth = read_text_table(case / "truth" / "daily_state.csv", ("firm_id", "date", "state", "evidence", "ordered_stop"))
    rows = []
    for firm, day, state, evidence, ordered in truth.iter_rows():
        answer, probability = told.get((firm, day), (UNKNOWN, 0.5))
        led = f"{lead}/{firm}"
        rows.append(Row(state, answer, probability, state in WORKING, evidence, trade.get(led, ""), ordered, led))
    return tuple(rows)


def _shifts(case: Path, answers: Path, lead: str) -> tuple[Row, ...]:
    told = _told(answers / "duty.csv", ("person_id", "shift_start"), "p_present")
    people = read_text_table(case / "people.csv", ("person_id", "firm_id", "role"))
    of = {person: (f"{lead}/{firm}", role) for person, firm, role in people.iter_rows()}
    truth = read_text_table(case / "truth" / "duty.csv", ("person_id", "shift_start", "state", "evidence"))
    rows = []
    for person, start, state, evidence in truth.iter_rows():
        answer, probability = told.get((person, start), (UNKNOWN, 0.5))
        firm, role = of.get(person, ("", ""))
        rows.append(Row(state, answer, probability, state in PRESENT, evidence, role, case=firm))
    return tuple(rows)


def _told(file: Path, keys: tuple[str, str], probability: str) -> dict[tuple[str, str], tuple[str, float]]:
    table = read_text_table(file, (*keys, "state"), (probability,))
    chances = numbers_of(file, table, probability)
    return {
        (first, second): (state or UNKNOWN, 0.5 if chance is None else chance)
        for (first, second, state, _), chance in zip(table.iter_rows(), chances, strict=True)
    }


def _spans(file: Path, lead: str) -> tuple[Span, ...]:
    """True or named episodes; one without a probability is taken as sure."""
    table = read_text_table(file, ("firm_id", "start", "end", "kind"), ("probability", "detected_at", "how"))
    starts, ends, detected = (moments_of(file, table, name) for name in ("start", "end", "detected_at"))
    chances = numbers_of(file, table, "probability")
    spans = []
    for row, (firm, kind) in enumerate(zip(table["firm_id"], table["kind"], strict=True)):
        start, end, chance = starts[row], ends[row], chances[row]
        if start is None or end is None:
            raise InvalidInput(f"{file}: line {row + 2}: an episode needs a start and an end")
        manners = tuple(sorted({manner.strip() for manner in (table["how"][row] or "").split(",")} - {""}))
        spans.append(Span(f"{lead}/{firm}", start, end, kind, 1.0 if chance is None else chance, detected[row], manners))
    return tuple(spans)
