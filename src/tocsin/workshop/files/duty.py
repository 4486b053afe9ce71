"""The duty part of a folder of firms: people, roster, certificates and signs read, verdicts written.

The format stands in docs/work-status.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tocsin.base.errors import InvalidInput
from tocsin.engine.duty.shift import Certificate, PlannedShift, Sign, Signs, Verdict
from tocsin.workshop.files.tables import (
    Tell,
    column_as,
    dates_of,
    moments_of,
    place,
    read_parquet_table,
    read_text_table,
    tell_on_stderr,
    text_of,
)

NO_SIGNS = Signs(np.empty(0, np.uint8), np.empty(0, np.int64), np.empty(0, np.float64))


@dataclass(frozen=True)
class Person:
    """One person with a post. `required`: the certificate the post requires, empty for none."""

    id: str
    firm: str
    role: str
    post: str
    required: str


@dataclass(frozen=True, eq=False)
class Crew:
    """The people of one firm in the order of `people.csv`: their planned shifts by rising start, and by a person's id what is
    known of them; a person without certificates or signs has an entry too.
    """

    firm: str
    people: tuple[Person, ...]
    shifts: tuple[PlannedShift, ...]
    certificates: dict[str, tuple[Certificate, ...]]
    signs: dict[str, Signs]


def is_duty_case(folder: Path) -> bool:
    """True for a folder that holds a roster."""
    return (folder / "roster.csv").is_file() and (folder / "people.csv").is_file()


def find_duty_cases(path: Path) -> list[Path]:
    """The folder itself, or the folders in it that hold a roster, by name; InvalidInput where there is none."""
    if is_duty_case(path):
        return [path]
    found = sorted(folder for folder in path.iterdir() if folder.is_dir() and is_duty_case(folder))
    if not found:
        raise InvalidInput(f"{path}: neither a case (people.csv and roster.csv) nor a folder of cases")
    return found


def read_crews(folder: Path, tell: Tell = tell_on_stderr) -> list[Crew]:
    """The crews of a folder in the order of their firms in `people.csv`.

    InvalidInput names the file, line and column that can't be read. What belongs to nobody in `people.csv`, and signs of unknown
    sources, are left out and told once.
    """
    file = folder / "people.csv"
    table = read_text_table(file, ("person_id",), ("firm_id", "role", "post", "required_certificate"))
    text_of(file, table, "person_id", unique=True)
    people = [Person(*(cell or "" for cell in row)) for row in table.iter_rows()]
    known = {person.id for person in people}
    shifts = _read_roster(folder / "roster.csv", known, tell)
    certificates = _read_certificates(folder / "certificates.csv", known, tell)
    signs = _read_signs(folder / "signs.parquet", known, tell)
    of_firm: dict[str, list[Person]] = {}
    for person in people:
        of_firm.setdefault(person.firm, []).append(person)
    return [
        Crew(
            firm=firm,
            people=tuple(crew),
            shifts=tuple(sorted((one for person in crew for one in shifts.get(person.id, ())), key=lambda shift: shift.start_ms)),
            certificates={person.id: tuple(certificates.get(person.id, ())) for person in crew},
            signs={person.id: signs.get(person.id, NO_SIGNS) for person in crew},
        )
        for firm, crew in of_firm.items()
    ]


def write_duty_answers(folder: Path, verdicts: Iterable[Verdict]) -> None:
    """Writes `duty.csv`, a row for each verdict in their order."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(one.person, one.start_ms, one.state.value, round(one.p_present, 5)) for one in verdicts]
    columns = ["person_id", "shift_start", "state", "p_present"]
    pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None).write_csv(folder / "duty.csv")


def _read_roster(file: Path, known: set[str], tell: Tell) -> dict[str, list[PlannedShift]]:
    table = read_text_table(file, ("person_id", "shift_start", "shift_end"), ("role", "post", "leave"))
    persons = text_of(file, table, "person_id")
    starts, ends = moments_of(file, table, "shift_start"), moments_of(file, table, "shift_end")
    found: dict[str, list[PlannedShift]] = {}
    strange = set()
    for row, person in enumerate(persons):
        start, end = starts[row], ends[row]
        if start is None or end is None or end <= start:
            raise InvalidInput(f"{place(file, row, 'shift_end')}: a shift needs a start and a later end, in Unix milliseconds")
        if person not in known:
            strange.add(person)
            continue
        role, post, leave = (table[name][row] or "" for name in ("role", "post", "leave"))
        found.setdefault(person, []).append(PlannedShift(person, role, post, start, end, leave not in ("", "0", "false")))
    _tell_strangers(file, strange, tell)
    return found


def _read_certificates(file: Path, known: set[str], tell: Tell) -> dict[str, list[Certificate]]:
    if not file.is_file():
        tell(f"{file} is missing; nobody has a certificate")
        return {}
    table = read_text_table(file, ("person_id", "certificate"), ("issued", "expires", "status"))
    persons, names = text_of(file, table, "person_id"), text_of(file, table, "certificate")
    issued, expires = dates_of(file, table, "issued"), dates_of(file, table, "expires")
    found: dict[str, list[Certificate]] = {}
    strange = set()
    for row, person in enumerate(persons):
        if person not in known:
            strange.add(person)
            continue
        status = table["status"][row] or "valid"
        found.setdefault(person, []).append(Certificate(names[row], issued[row], expires[row], status))
    _tell_strangers(file, strange, tell)
    return found


def _read_signs(file: Path, known: set[str], tell: Tell) -> dict[str, Signs]:
    if not file.is_file():
        tell(f"{file} is missing; no shift can be judged")
        return {}
    table = read_parquet_table(file, ("person_id", "source", "ts", "value"))
    if not table.height:
        return {}
    names = table.select(pl.col("person_id", "source").cast(pl.String))
    codes = {sign.value: code for code, sign in enumerate(Sign)}
    table = names.with_columns(
        column_as(file, table, "ts", pl.Int64(), "a time in Unix milliseconds"),
        column_as(file, table, "value", pl.Float64(), "a number"),
        code=names["source"].replace_strict(codes, default=None, return_dtype=pl.UInt8),
    )
    strange = table.filter(pl.col("code").is_null())["source"].unique().drop_nulls().sort().to_list()
    if strange:
        tell(f"{file}: signs of unknown sources are left out: {', '.join(strange)}")
    table = table.filter(pl.col("code").is_not_null() & pl.col("ts").is_not_null() & pl.col("value").is_finite())
    _tell_strangers(file, set(table["person_id"].unique().drop_nulls()) - known, tell)
    return {
        str(key[0]): Signs(own["code"].to_numpy(), own["ts"].to_numpy(), own["value"].to_numpy())
        for key, own in table.sort("ts", maintain_order=True).partition_by("person_id", as_dict=True).items()
        if key[0] in known
    }


def _tell_strangers(file: Path, strange: set[str], tell: Tell) -> None:
    if strange:
        tell(f"{file}: rows of {len(strange)} people who are not in people.csv are left out, {min(strange)} among them")
