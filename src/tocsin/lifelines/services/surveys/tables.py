"""Both tables of a pipe survey, held against each other: every error at once, and what each row is."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from django.utils.translation import gettext as _

from tocsin.base.datums import metres_between
from tocsin.base.planes import PlaneFault, in_degrees, read_plane
from tocsin.lifelines.models import Asset
from tocsin.lifelines.policy import SurveyPolicy
from tocsin.lifelines.rules import surveys as rules
from tocsin.lifelines.rules.tables import Place, on_earth
from tocsin.records.imports.rules import CellProblem, Row

LEAST_M: Final = 0.01  # surveys give centimetres: what is shorter has no length
_OTHER_END: Final = {"from_node": "to_node", "to_node": "from_node"}


@dataclass
class SurveyLine:
    """A row of lines: its kind, its ends along its flow, and what it tells beyond them."""

    row: Row
    begin: str
    end: str
    kind: str
    cells: dict[str, str]
    beside: dict[str, object]
    whole: bool = False  # both its ends are there, and it has a length


@dataclass
class Survey:
    """Both tables of a file, held against each other and the network."""

    policy: SurveyPolicy
    known: Mapping[str, Asset]
    known_lines: Sequence[Asset]
    points: dict[str, Row] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)  # of points that are objects
    lines: list[SurveyLine] = field(default_factory=list)
    touching: dict[str, list[SurveyLine]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Which lines of an earlier survey run from point to point."""
        self.known_steps: dict[frozenset[str], list[str]] = defaultdict(list)
        for line in self.known_lines:
            if isinstance(kept := line.properties.get("survey_points"), list):
                for pair in pairwise(kept):
                    self.known_steps[frozenset(pair)].append(line.code)

    def read_point(self, row: Row) -> None:
        code = row.cells.get("point", "")
        row.name = " ".join(filter(None, (code, row.cells.get("appurtenance", row.cells.get("feature", "")))))
        if not code:
            row.problems.append(CellProblem("point", _("This cell must not be empty.")))
        elif code in self.points:
            text = _("Line %(line)s has the same code.") % {"line": self.points[code].where}
            row.problems.append(CellProblem("point", text))
        else:
            self.points[code] = row
        row.place = self._place(row)
        if word := row.cells.get("appurtenance", ""):
            kind = self.policy.kind_of_appurtenance(word)
            if not kind:
                text = _("No object is called “%(text)s”: write another word, or add it to the policy lifelines.survey.")
                row.problems.append(CellProblem("appurtenance", text % {"text": word[:40]}))
            elif self.points.get(code) is row:
                self.kinds[code] = kind

    def _place(self, row: Row) -> Place | None:
        x, y, lon, lat = (read_number(row.cells.get(name, "")) for name in ("x", "y", "lon", "lat"))
        if lon is not None and lat is not None and on_earth((lon, lat)):
            return lon, lat
        if x is None or y is None:
            lacking = [name for name, value in (("x", x), ("y", y)) if value is None]
            row.problems += [CellProblem(name, _lacking(row.cells.get(name, ""))) for name in lacking]
            return None
        found = read_plane(x, y, self.policy.central_meridian_deg)
        if found is PlaneFault.NO_ZONE:
            text = _(
                "The easting has no zone: write it with the zone before it, such as 40519234.5, "
                "or set central_meridian_deg in the policy lifelines.survey."
            )
            row.problems.append(CellProblem("y", text))
        elif found is PlaneFault.NO_PAIR:
            text = _("These are no northing and easting in metres of a zone of CGCS2000 in China.")
            row.problems.append(CellProblem("x", text))
        else:
            lon, lat = in_degrees(found)
            return round(lon, 8), round(lat, 8)
        return None

    def read_line(self, row: Row) -> None:
        cells = row.cells
        begin, end = cells.get("from_node", ""), cells.get("to_node", "")
        row.name = f"{begin} – {end}"
        if cells.get("point"):
            row.problems.append(CellProblem("point", _("This row tells a point and a line: give two tables.")))
        if cells.get("flow", "").lower() in rules.BACKWARD:
            begin, end = end, begin
        elif cells.get("flow", "").lower() not in rules.FORWARD:
            row.problems.append(CellProblem("flow", _("Write 0 where it flows from the first point to the second, else 1.")))
        line = SurveyLine(row, begin, end, self._kind_of_line(row), *_read_line(row))
        self.lines.append(line)
        line.whole = self._has_ends(line)
        for code in {begin, end}:
            self.touching[code].append(line)

    def _kind_of_line(self, row: Row) -> str:
        word = row.cells.get("line_kind", "")
        kind = self.policy.kind_of_line(word) if word else self.policy.kind_in_title(row.sheet)
        if not kind:
            known = ", ".join(words[0] for words in self.policy.classes.values() if words)
            row.problems.append(CellProblem("line_kind", _("Not known; known are: %(known)s") % {"known": known}))
        return kind

    def _has_ends(self, line: SurveyLine) -> bool:
        places = []
        for column, code in (("from_node", line.begin), ("to_node", line.end)):
            told = column if line.row.cells.get(column, "") == code else _OTHER_END[column]
            if not code:
                line.row.problems.append(CellProblem(told, _("This cell must not be empty.")))
            elif code not in self.points and code not in self.known:
                text = _("There is no point %(code)s, neither in this file nor in the network.")
                line.row.problems.append(CellProblem(told, text % {"code": code[:60]}))
            else:
                places.append(self.place_of(code))
        if len(places) < len(_OTHER_END) or line.begin == line.end:
            return False
        first, second = places
        return first is None or second is None or self._has_length(line, first, second)

    def _has_length(self, line: SurveyLine, begin: Place, end: Place) -> bool:
        first, second = (np.array([place], np.float64) for place in (begin, end))
        length = float(metres_between(first, second)[0])
        if length < LEAST_M:
            line.row.problems.append(CellProblem("to_node", _("Both points lie at the same place: the line has no length.")))
            return False
        if length > self.policy.longest_line_m:
            text = _("The points lie %(length)s m apart: one of the two places is wrong.")
            line.row.problems.append(CellProblem("to_node", text % {"length": round(length)}))
        return True

    def place_of(self, code: str) -> Place | None:
        """Where a point of the file or of the network lies; None where that can't be read."""
        if code in self.points:
            return self.points[code].place
        return (self.known[code].lon, self.known[code].lat) if code in self.known else None

    def refuse_doubled(self) -> None:
        """The same line twice, and lines that begin where they end."""
        seen: dict[tuple[frozenset[str], str], Row] = {}
        for line in self.lines:
            if line.begin and line.begin == line.end:
                line.row.problems.append(CellProblem("to_node", _("The line ends at the point at which it begins.")))
            elif line.whole:
                first = seen.setdefault((frozenset((line.begin, line.end)), line.kind), line.row)
                if first is not line.row:
                    text = _("Line %(line)s tells the same line.") % {"line": first.where}
                    line.row.problems.append(CellProblem("to_node", text))
                    line.whole = False

    def refuse_unused(self) -> None:
        """Points that no line names, where the file has lines."""
        if not self.lines:
            return
        used = {end for one in self.known_lines for end in (one.from_code, one.to_code)}
        for code, row in self.points.items():
            if code not in self.touching and code not in used:
                row.problems.append(CellProblem("point", _("No line leads to this point.")))

    def passes(self, code: str) -> bool:
        """Whether a line may go on through a point: one of this file that is no object and is nothing but a bend."""
        row = self.points.get(code)
        if row is None or code in self.kinds or row.cells.get("appurtenance"):
            return False
        return all(line.whole for line in self.touching[code]) and row.cells.get("feature", "") in ("", *self.policy.passed)


def _read_line(row: Row) -> tuple[dict[str, str], dict[str, object]]:
    """Cells of the object, and what it keeps beside them; what can't be read is a problem of the row."""
    cells = {name: text for name in ("material", "owner", "street") if (text := row.cells.get(name, ""))}
    beside: dict[str, object] = {}
    if text := row.cells.get("installed", ""):
        cells["installed"] = rules.read_year(text)
    for column, name, other, read, words in (
        ("diameter", "diameter_mm", "section", rules.read_diameter, _("Write millimetres such as DN200, or width×height.")),
        ("pressure", "nominal_pressure_kpa", "pressure_class", rules.read_pressure, _("Write the unit, too: 0.4MPa.")),
    ):
        if text := row.cells.get(column, ""):
            found = read(text)
            if found is None:
                row.problems.append(CellProblem(column, words))
            elif found[0] is not None:
                cells[name] = f"{found[0]:g}"
            else:
                beside[other] = found[1][:40]
    for name in ("from_depth_m", "to_depth_m"):
        if text := row.cells.get(name, ""):
            depth = read_number(text)
            if depth is None:
                row.problems.append(CellProblem(name, _lacking(text)))
            else:
                beside[name] = depth
    return cells, beside


def read_number(text: str) -> float | None:
    try:
        value = float(text.strip().removeprefix("'").replace(",", ""))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def _lacking(text: str) -> str:
    return _("This can't be read: %(text)s") % {"text": text[:60]} if text else _("This cell must not be empty.")
