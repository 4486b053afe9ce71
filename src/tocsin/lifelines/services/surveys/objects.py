"""Tables of pipe surveys, points and lines, as objects of networks.

Appurtenances become objects, lines become lines through all their points. A point without an appurtenance is a corner of a line
that goes on through it, and a junction where lines branch, end, or change what they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import batched, pairwise
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.engine.network import DRAINS
from tocsin.lifelines.models import KIND_NAMES, Asset
from tocsin.lifelines.policy import SURVEY
from tocsin.lifelines.rules import surveys as rules
from tocsin.lifelines.services.surveys.tables import Survey, SurveyLine, read_number
from tocsin.lifelines.services.tables import finish_network, judge_assets, lines_last, undo_assets, write_assets
from tocsin.records.imports.rules import (
    CellChange,
    CellProblem,
    ImportKind,
    ImportSheet,
    ImportVerdict,
    Row,
    UsualLimits,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 500  # codes of one query
_COLUMN_OF: Final[dict[str, str]] = {"diameter_mm": "diameter", "nominal_pressure_kpa": "pressure", "kind": "appurtenance"}
_COLUMN_OF_LINES: Final[dict[str, str]] = {
    **_COLUMN_OF,
    **{"code": "line_code", "kind": "line_kind", "depth_m": "from_depth_m", "lon": "from_node", "lat": "to_node"},
}
_BESIDE: Final[dict[str, str]] = {
    **{"survey_points": "from_node", "from_depth_m": "from_depth_m", "to_depth_m": "to_depth_m"},
    **{"section": "diameter", "pressure_class": "pressure", "appurtenance": "appurtenance", "feature": "feature"},
}
"""What an object keeps among its `properties` of a survey, with the column that it stood in."""
EXAMPLE: Final = {
    **{"point": "示例-RQ101", "x": "4003200.500", "y": "40519234.500", "ground_elevation_m": "12.35", "feature": ""},
    **{"appurtenance": "阀门", "depth_m": "1.20", "name": "示例：阀门", "street": "石牛山路"},
    **{"from_node": "示例-RQ101", "to_node": "示例-RQ102", "line_kind": "燃气", "material": "PE", "diameter": "DN200"},
    **{"pressure": "0.4MPa", "from_depth_m": "1.20", "to_depth_m": "1.30", "flow": "0", "owner": "gas_company"},
    **{"installed": "2008"},
}
ENGLISH_EXAMPLE: Final = {
    **{"point": "EXAMPLE-RQ101", "appurtenance": "valve", "name": "Example: valve", "street": "Shiniushan Road"},
    **{"from_node": "EXAMPLE-RQ101", "to_node": "EXAMPLE-RQ102", "line_kind": "gas"},
}


def judge_survey(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Both tables against each other, then what becomes of them against the network as it is now. A query for every 500 codes."""
    told = {row.cells[one] for row in rows for one in ("point", "from_node", "to_node") if row.cells.get(one)}
    survey = Survey(SURVEY.current(region=region_code), *_known(region_code, told))
    for row in rows:
        if not rules.is_line(row.cells):
            survey.read_point(row)
    for row in rows:
        if rules.is_line(row.cells):
            survey.read_line(row)
    survey.refuse_doubled()
    survey.refuse_unused()
    _make(survey, actor, region_code, now)


def _make(survey: Survey, actor: "User", region_code: str, now: datetime) -> None:
    whole = [one for one in survey.lines if one.whole]
    sections = [rules.Section(one.begin, one.end, _alike(one), one.kind in DRAINS) for one in whole]
    found = rules.runs(sections, survey.passes)
    heads = [whole[run.head] for run in found]
    codes = rules.codes_of([(run, one.kind, one.row.cells.get("line_code", "")) for run, one in zip(found, heads, strict=True)])
    made: list[tuple[Row, Row, dict[str, object]]] = []
    passed: set[str] = set()
    for run, head, code in zip(found, heads, codes, strict=True):
        members = [whole[number] for number in run.sections]
        passed |= set(run.points[1:-1])
        _refuse_with_others(survey, run, head, members)
        _refuse_beside(survey, run, head.row, code)
        for one in members:
            if one is not head:
                one.row.name = f"{one.row.name} ({code})"
        made.append((head.row, _row_of_run(survey, run, head, members, code), _beside_run(run, members)))
    for code, row in survey.points.items():
        if code not in passed:
            made.append((row, _row_of_point(survey, code, row), _beside_point(survey, code, row)))
    judge_assets(actor=actor, region_code=region_code, rows=[one for _row, one, _beside in made], now=now)
    for row, judged, beside in made:
        _take_back(row, judged, beside)
    standing = {id(row) for row, _judged, _beside in made}
    for row in (*survey.points.values(), *(one.row for one in survey.lines)):
        if id(row) not in standing and not row.problems:
            row.verdict = ImportVerdict.USED


def _refuse_with_others(survey: Survey, run: rules.Run, head: SurveyLine, members: Sequence[SurveyLine]) -> None:
    """A run is wrong with every line in it, every corner, and every wrong line that would go on from one of its ends."""
    others = [one.row for one in members if one is not head]
    others += [survey.points[code] for code in run.points[1:-1]]
    others += [
        one.row
        for code in (run.points[0], run.points[-1])
        for one in survey.touching[code]
        if not one.whole and code in survey.points and code not in survey.kinds
    ]
    if wrong := next((one for one in others if one.problems), None):
        text = _("The line goes on with line %(line)s, which is wrong: mend that first.")
        head.row.problems.append(CellProblem("from_node", text % {"line": wrong.where}))


def _refuse_beside(survey: Survey, run: rules.Run, row: Row, code: str) -> None:
    """A line of an earlier survey runs along the same points under another code: both would lie in the ground twice."""
    steps = (frozenset(pair) for pair in pairwise(run.points))
    if other := next((each for step in steps for each in survey.known_steps.get(step, ()) if each != code), ""):
        text = _("Line %(code)s of the network runs along the same points: remove it on the map first, or name its code here.")
        row.problems.append(CellProblem("line_code", text % {"code": other}))


def _row_of_run(survey: Survey, run: rules.Run, head: SurveyLine, members: Sequence[SurveyLine], code: str) -> Row:
    places = [survey.place_of(one) for one in run.points]
    depths = [
        depth
        for one in members
        for name in ("from_depth_m", "to_depth_m")
        if (depth := read_number(one.row.cells.get(name, ""))) is not None
    ]
    cells = {**head.cells, "code": code, "kind": head.kind, "from_node": run.points[0], "to_node": run.points[-1]}
    if depths:
        cells["depth_m"] = f"{sum(depths) / len(depths):.3f}"
    shape = None
    if None not in places:
        shape = {"type": "LineString", "coordinates": [list(one) for one in places if one is not None]}
    return Row(head.row.line, cells, shape, sheet=head.row.sheet, sheet_line=head.row.sheet_line)


def _beside_run(run: rules.Run, members: Sequence[SurveyLine]) -> dict[str, object]:
    return {
        **members[0].beside,
        "survey_points": list(run.points),
        **{name: value for name, value in members[-1].beside.items() if name == "to_depth_m"},
    }


def _row_of_point(survey: Survey, code: str, row: Row) -> Row:
    lines = [one for one in survey.touching.get(code, ()) if one.kind]
    kind = survey.kinds.get(code, "junction")
    cells = {name: text for name in ("name", "street", "depth_m", "ground_elevation_m") if (text := row.cells.get(name, ""))}
    cells |= {"code": code, "kind": kind}
    if kind == "junction":
        cells["buried"] = "yes"
    if lines:
        cells["utility"] = rules.UTILITIES[lines[0].kind]
    owners = {text for one in lines if (text := one.row.cells.get("owner", ""))}
    if owner := row.cells.get("owner", "") or (owners.pop() if len(owners) == 1 else ""):
        cells["owner"] = owner
    shape = None if row.place is None else {"type": "Point", "coordinates": list(row.place)}
    return Row(row.line, cells, shape, sheet=row.sheet, sheet_line=row.sheet_line)


def _beside_point(survey: Survey, code: str, row: Row) -> dict[str, object]:
    told = row.cells.get("feature", "")
    if code in survey.kinds:
        return {"appurtenance": row.cells["appurtenance"][:40]}
    return {"feature": told[:40]} if told else {}


def _take_back(row: Row, judged: Row, beside: Mapping[str, object]) -> None:
    """What was found of the object becomes the row's own, under the columns of the survey."""
    columns = _COLUMN_OF_LINES if rules.is_line(row.cells) else _COLUMN_OF
    had_place = row.place is not None or rules.is_line(row.cells)
    for one in judged.problems:
        column = columns.get(one.column, one.column)
        if column == "code":
            column = "point"
        if (one.column not in ("lon", "lat") or had_place) and CellProblem(column, one.text) not in row.problems:
            row.problems.append(CellProblem(column, one.text))
    row.verdict, row.found = judged.verdict, judged.found
    row.place = judged.place or row.place
    row.changes = [CellChange(columns.get(one.column, one.column), one.before, one.after) for one in judged.changes]
    if rules.is_line(row.cells):
        row.name = " ".join(filter(None, (judged.cells["code"], str(KIND_NAMES.get(judged.cells["kind"], "")))))
    if judged.found is not None:
        _keep_beside(row, judged.found.asset, judged.verdict, beside)


def _keep_beside(row: Row, asset: Asset, verdict: ImportVerdict, beside: Mapping[str, object]) -> None:
    before = asset.properties
    asset.properties = {**before, **beside}
    if verdict is ImportVerdict.NEW:
        return
    for name, value in beside.items():
        if before.get(name) != value:
            row.changes.append(CellChange(_BESIDE[name], _as_text(before.get(name)), _as_text(value)))
            row.verdict = ImportVerdict.CHANGED


def _alike(line: SurveyLine) -> tuple[str, ...]:
    told = ("line_code", "material", "diameter", "pressure", "owner", "installed", "street")
    return (line.kind, *("".join(line.row.cells.get(one, "").split()) for one in told))


def _known(region_code: str, codes: Iterable[str]) -> tuple[dict[str, Asset], list[Asset]]:
    """Points of the network by code, and the lines that end at one of these."""
    points: dict[str, Asset] = {}
    lines: dict[Any, Asset] = {}
    here = Asset.objects.filter(region_code=region_code)
    for part in batched(sorted(codes), AT_ONCE):
        points |= {one.code: one for one in here.filter(code__in=part) if one.geometry.get("type") == "Point"}
        lines |= {one.pk: one for one in here.filter(Q(from_code__in=part) | Q(to_code__in=part))}
    return points, list(lines.values())


def _as_text(value: object) -> str:
    return " – ".join(map(str, value))[:300] if isinstance(value, list) else "" if value is None else str(value)


SURVEYS: Final = ImportKind(
    name="pipe-surveys",
    title=pgettext_lazy("rows of a table", "Points and lines of a pipe survey"),
    permission="assets.manage",
    headings=rules.headings,
    needed=(),
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="assets",
    judge=judge_survey,
    write=write_assets,
    undo=undo_assets,
    order=lines_last,
    finish=finish_network,
    place=("lon", "lat"),
    sheets=(
        ImportSheet(pgettext_lazy("sheet of a table", "Points"), rules.POINT_COLUMNS),
        ImportSheet(pgettext_lazy("sheet of a table", "Lines"), rules.LINE_COLUMNS),
    ),
    suffixes=(".xlsx", ".csv", ".txt", ".zip"),
    limits=lambda: UsualLimits(most_bytes=20_000_000, most_rows=20_000),
)
