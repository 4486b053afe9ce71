"""Units of major hazards read from a file, answers written. The format stands in docs/major-hazards.md."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import polars as pl

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.base.policy import read_policy
from tocsin.engine.major_hazard import Assessment, Equipment, Grading, Held, Joint, Line, Mixture, Unit, UnitKind, cut_units
from tocsin.workshop.files.tables import numbers_of, place, read_text_table, text_of

MOST_BYTES = 512_000_000
NEEDED = ("unit", "design_t")
OPTIONAL = ["kind", "people", "substance", "cas", "classes", "present_t", "content_percent", "mixture_of", "mixture_classes"]


class WrittenMixture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`mixture` of a held substance."""

    of: str
    classes: tuple[str, ...] = ()


class WrittenHeld(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One substance of a unit: its most by design as `design_t`, or as a volume with a density."""

    substance: str = ""
    cas: str = ""
    design_t: float | None = None
    volume_m3: float | None = None
    density_kg_m3: float | None = None
    present_t: float | None = None
    classes: tuple[str, ...] | None = None
    content_percent: float | None = None
    mixture: WrittenMixture | None = None

    def held(self) -> Held:
        """As the engine takes it; InvalidInput where no quantity stands there, or no name."""
        if not self.substance and not self.cas and self.mixture is None:
            raise InvalidInput("a substance needs its name (substance) or its number (cas)")
        design = self.design_t
        if design is None and self.volume_m3 is not None and self.density_kg_m3 is not None:
            design = round(self.volume_m3 * self.density_kg_m3 / 1000, 9)
        if design is None:
            raise InvalidInput(f"{self.substance or self.cas} needs design_t in tonnes, or volume_m3 with density_kg_m3")
        mixture = Mixture(self.mixture.of, self.mixture.classes) if self.mixture else None
        return Held(self.substance, design, self.present_t, self.cas, self.classes, self.content_percent, mixture)


class WrittenUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A unit as its owner cut it."""

    unit: str
    held: tuple[WrittenHeld, ...]
    kind: UnitKind = UnitKind.STORAGE
    people: int | None = None


class WrittenEquipment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A piece of equipment of a site that is still to be cut."""

    equipment: str
    kind: UnitKind
    held: tuple[WrittenHeld, ...] = ()
    bund: str = ""
    building: str = ""


class WrittenJoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"one": "from", "other": "to"}):
    """A pipe between two pieces of equipment."""

    one: str
    other: str
    isolating_valve: bool


class WrittenSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site that is cut into units by bunds, buildings and isolating valves."""

    site: str
    equipment: tuple[WrittenEquipment, ...]
    joints: tuple[WrittenJoint, ...] = ()
    people: int | None = None


class WrittenUnits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    units: tuple[WrittenUnit, ...] = ()
    sites: tuple[WrittenSite, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A unit to be judged, or why it can't be. `site`: where it was cut out of one; `unparted`: pipes that lead out unparted."""

    name: str
    unit: Unit | None
    error: str = ""
    site: str = ""
    equipment: tuple[str, ...] = ()
    unparted: tuple[Joint, ...] = ()


def read_units(file: Path) -> list[Asked]:
    """Units of a file: JSON, TOML or a table (CSV); a unit that can't be read stands there with the reason.

    InvalidInput where the file itself can't be read, with file, line or key.
    """
    ending = file.suffix.casefold()
    if ending == ".csv":
        return _read_table(file)
    text = file.read_bytes()
    try:
        written = (
            read_policy(text, WrittenUnits, str(file))
            if ending == ".toml"
            else decode_json(text, WrittenUnits, most_bytes=MOST_BYTES)
        )
    except (ValueError, InvalidInput) as error:
        told = str(error) if str(file) in str(error) else f"{file}: {error}"
        raise InvalidInput(told) from None
    if not written.units and not written.sites:
        raise InvalidInput(f"{file}: neither `units` nor `sites` stands there")
    return [*map(_asked_unit, written.units), *(one for site in written.sites for one in _asked_site(site))]


def _asked_unit(written: WrittenUnit) -> Asked:
    try:
        return Asked(written.unit, Unit(written.unit, written.kind, _held(written.held), written.people))
    except InvalidInput as error:
        return Asked(written.unit, None, str(error))


def _asked_site(written: WrittenSite) -> Iterator[Asked]:
    try:
        equipment = [Equipment(one.equipment, one.kind, _held(one.held), one.bund, one.building) for one in written.equipment]
        joints = [Joint(one.one, one.other, one.isolating_valve) for one in written.joints]
        for cut in cut_units(equipment, joints, written.people):
            yield Asked(f"{written.site} {cut.unit.name}", cut.unit, "", written.site, cut.equipment, cut.unparted)
    except InvalidInput as error:
        yield Asked(written.site, None, str(error), written.site)


def _held(written: tuple[WrittenHeld, ...]) -> tuple[Held, ...]:
    return tuple(one.held() for one in written)


def _read_table(file: Path) -> list[Asked]:
    """One line a substance; lines of the same unit need not follow each other."""
    table = read_text_table(file, NEEDED, OPTIONAL)
    numbers = {name: numbers_of(file, table, name) for name in ("people", "design_t", "present_t", "content_percent")}
    units: dict[str, list[int]] = {}
    for row, unit in enumerate(text_of(file, table, "unit")):
        units.setdefault(unit, []).append(row)
    return [_asked_rows(file, table, numbers, unit, rows) for unit, rows in units.items()]


def _asked_rows(file: Path, table: pl.DataFrame, numbers: dict[str, list[float | None]], unit: str, rows: list[int]) -> Asked:
    try:
        kinds = {table["kind"][row] or "storage" for row in rows}
        people = {numbers["people"][row] for row in rows} - {None}
        if len(kinds) > 1 or len(people) > 1:
            column = "kind" if len(kinds) > 1 else "people"
            raise InvalidInput(f"{place(file, rows[1], column)}: differs from line {rows[0] + 2} of the same unit")
        if (kind := kinds.pop()) not in set(UnitKind):
            raise InvalidInput(f"{place(file, rows[0], 'kind')}: {kind!r} is none of {', '.join(UnitKind)}")
        held = tuple(_held_row(file, table, numbers, row) for row in rows)
        count = people.pop() if people else None
        return Asked(unit, Unit(unit, UnitKind(kind), held, None if count is None else int(count)))
    except InvalidInput as error:
        return Asked(unit, None, str(error))


def _held_row(file: Path, table: pl.DataFrame, numbers: dict[str, list[float | None]], row: int) -> Held:
    text: dict[str, str | None] = table.row(row, named=True)
    classes, mixed = text["classes"], text["mixture_of"]
    written = WrittenHeld(
        substance=text["substance"] or "",
        cas=text["cas"] or "",
        design_t=numbers["design_t"][row],
        present_t=numbers["present_t"][row],
        classes=_symbols(classes) if classes else None,
        content_percent=numbers["content_percent"][row],
        mixture=WrittenMixture(mixed, _symbols(text["mixture_classes"] or "")) if mixed else None,
    )
    try:
        return written.held()
    except InvalidInput as error:
        raise InvalidInput(f"{place(file, row, 'substance')}: {error}") from None


def _symbols(text: str) -> tuple[str, ...]:
    """Symbols of table 2 in a cell; a lone dash says that there are none."""
    return tuple(one for one in text.replace(",", " ").replace("/", " ").split() if one != "-")


class LineAnswer(msgspec.Struct, frozen=True):
    """A line of an answer."""

    substance: str
    cas: str
    table: Literal[1, 2] | None
    row: str
    critical_t: float | None
    beta_table: int | None
    beta: float | None
    design_t: float
    present_t: float | None
    share: float
    weighted: float
    notes: tuple[str, ...]


class GradingAnswer(msgspec.Struct, frozen=True):
    """S, R and what follows."""

    s: float
    r: float
    major: bool
    grade: str


class UnitAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One unit's answer; `error` alone where it can't be judged."""

    unit: str
    error: str = ""
    kind: str = ""
    site: str = ""
    equipment: tuple[str, ...] = ()
    unparted: tuple[tuple[str, str], ...] = ()
    people: int | None = None
    alpha: float | None = None
    design: GradingAnswer | None = None
    now: GradingAnswer | None = None
    lines: tuple[LineAnswer, ...] = ()


def answer_of(asked: Asked, found: Assessment | None, error: str = "") -> UnitAnswer:
    """What is written of one unit."""
    if found is None:
        return UnitAnswer(asked.name, error or asked.error, site=asked.site)
    return UnitAnswer(
        unit=asked.name,
        kind=found.unit.kind,
        site=asked.site,
        equipment=asked.equipment,
        unparted=tuple((one.one, one.other) for one in asked.unparted),
        people=found.unit.people,
        alpha=float(found.alpha),
        design=_grading(found.design),
        now=_grading(found.now) if found.now else None,
        lines=tuple(map(_line, found.lines)),
    )


def _grading(of: Grading) -> GradingAnswer:
    return GradingAnswer(float(of.s), float(of.r), of.major, of.grade)


def _line(of: Line) -> LineAnswer:
    weight, held = of.weight, of.held
    return LineAnswer(
        substance=held.substance,
        cas=held.cas,
        table=weight.table,
        row=weight.label,
        critical_t=weight.critical_t,
        beta_table=weight.beta_table,
        beta=weight.beta,
        design_t=held.design_t,
        present_t=held.present_t,
        share=float(of.share),
        weighted=float(of.weighted),
        notes=tuple(weight.notes),
    )


def write_answers(file: Path, answers: list[UnitAnswer]) -> None:
    """JSON with every line, or a table with a line a unit where the name ends on .csv."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix.casefold() != ".csv":
        file.write_bytes(msgspec.json.format(msgspec.json.encode({"standard": "GB 18218-2018", "units": answers})))
        return
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = csv.writer(out)
        lines.writerow(("unit", "alpha", "s", "r", "major", "grade", "s_now", "r_now", "major_now", "grade_now", "error"))
        for one in answers:
            both = (grading for grading in (one.design, one.now))
            cells = (cell for of in both for cell in ((of.s, of.r, int(of.major), of.grade) if of else ("",) * 4))
            lines.writerow((one.unit, "" if one.alpha is None else one.alpha, *cells, one.error))
