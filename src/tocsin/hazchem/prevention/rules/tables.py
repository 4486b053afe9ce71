"""How a table of risks is read: ledgers, JHA, SCL and HAZOP sheets, headings in either language, one row a measure.

Values in, values out.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.tables import column_of
from tocsin.hazchem.prevention.rules import sheets
from tocsin.hazchem.prevention.rules.grading import Factors, RiskGrade, Scales, grade_risk
from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind, RiskMethod, RiskScale
from tocsin.hazchem.prevention.rules.sheets import EventSheet, MeasureSheet, PlaceSheet
from tocsin.sensing.onboarding.rules.tables import number_of

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "credit_code": ("统一社会信用代码", "信用代码", "社会信用代码"),
    "risk_object": ("风险分析对象", "分析对象", "安全风险分析对象", "系统", "装置"),
    "unit": ("风险分析单元", "分析单元", "单元", "节点", "作业步骤", "检查项目", "node", "job step", "check item"),
    "plant_unit": ("装置单元", "重大危险源单元", "辨识单元"),
    "event": ("风险事件", "安全风险事件", "偏差", "危害因素", "潜在危害", "不符合情况", "deviation", "hazard"),
    "cause": ("原因", "偏差原因", "causes"),
    "consequence": ("后果", "主要后果", "可能后果", "consequences"),
    "method": ("辨识方法", "方法", "分析方法"),
    "scale": ("评价方法", "评估方法"),
    "likelihood": ("可能性", "L", "可能性L"),
    "severity": ("严重性", "S", "C", "严重性S", "后果C", "severity"),
    "exposure": ("暴露频率", "E", "频繁程度", "频繁程度E"),
    "value": ("风险值", "R", "D", "风险度", "risk"),
    "measure_kind": ("管控措施类型", "措施类型", "管控措施分类", "管控方式"),
    "measure": ("管控措施", "现有控制措施", "现有保护措施", "现有安全措施", "控制措施", "safeguards", "controls"),
    "check": ("排查内容", "隐患排查内容", "检查内容"),
    "period": ("排查周期", "检查周期", "频次"),
    "person": ("责任人账号", "排查人账号", "责任人"),
    "role": ("责任岗位", "排查岗位", "岗位"),
}
"""Columns and what offices and worksheets call them."""
NEEDED: Final = ("unit", "event", "likelihood", "severity")
WORDS: Final[dict[str, dict[str, str]]] = {
    "method": {
        **{"工作危害分析": "jha", "jha": "jha", "安全检查表": "scl", "安全检查表分析": "scl", "scl": "scl"},
        **{"hazop": "hazop", "危险与可操作性分析": "hazop", "其他": "other", "直接判定": "other"},
    },
    "scale": {"ls": "ls", "风险矩阵": "ls", "风险矩阵法": "ls", "lec": "lec", "作业条件危险性分析": "lec"},
    "measure_kind": {
        **{"工程技术": "engineering", "工程技术措施": "engineering", "维护保养": "maintenance", "维护保养措施": "maintenance"},
        **{"人员操作": "operation", "操作": "operation", "管理": "operation", "管理措施": "operation", "": "operation"},
        **{"应急措施": "emergency", "应急": "emergency", "应急处置": "emergency", "个体防护": "operation"},
    },
    "period": {
        **{"每班": "day", "每天": "day", "日": "day", "每日": "day", "1天": "day", "周": "week", "每周": "week", "月": "month"},
        **{"每月": "month", "季": "quarter", "季度": "quarter", "每季度": "quarter", "半年": "half_year", "每半年": "half_year"},
        **{"年": "year", "每年": "year", "一年": "year"},
    },
}
_ENUMS: Final[dict[str, type[StrEnum]]] = {
    "method": RiskMethod,
    "scale": RiskScale,
    "measure_kind": MeasureKind,
    "period": CheckPeriod,
}


@dataclass(frozen=True)
class RowCheck:
    """A check as a row names it: by an account or a post, in the words of the row."""

    text: str
    period: CheckPeriod
    person: str
    role: str


@dataclass(frozen=True)
class RiskRow:
    """One row: where, what may happen, what stands against it (None where the row names nothing), and how that is checked."""

    line: int
    credit_code: str
    place: PlaceSheet
    plant_unit: str
    event: EventSheet
    grade: RiskGrade
    measure: MeasureSheet | None
    check: RowCheck | None


@dataclass(frozen=True)
class ReadRisks:
    """The rows of a table, all that is wrong with it by line, and headings that mean nothing."""

    rows: list[RiskRow]
    problems: list[tuple[int, str]]
    unread: list[str]


def read_risks(table: Sequence[Sequence[str]], scales: Scales, *, method: RiskMethod, risk_object: str) -> ReadRisks:
    """The rows of a table whose headings stand in one of its first ten lines.

    `method` and `risk_object` hold where a row names none. A cell of place or event that is empty means the one above, as
    merged cells do. InvalidInput where no line has the headings that are needed.
    """
    at, columns = _headings(table)
    reader = _Reader(scales, method, risk_object)
    for line, cells_of_row in enumerate(table[at + 1 :], at + 2):
        cells = {column: text.strip() for column, text in zip(columns, cells_of_row, strict=False) if column and text.strip()}
        if cells:
            reader.read(line, cells)
    unread = [text for text, column in zip(table[at], columns, strict=True) if text and not column]
    return ReadRisks(reader.rows, reader.problems, unread)


def _headings(table: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    for at, headings in enumerate(table[:10]):
        columns = [_column(one) for one in headings]
        if all(one in columns for one in NEEDED):
            return at, columns
    needed = ", ".join(HEADINGS[one][0] for one in NEEDED)
    raise InvalidInput("none of the first lines has headings for %(needed)s", needed=needed)


def _column(heading: str) -> str:
    bare = heading.strip().lower()
    return next((name for name, words in HEADINGS.items() if bare in words), "") or column_of(heading, HEADINGS)


_CARRIED: Final = ("credit_code", "risk_object", "unit", "plant_unit", "event", "cause", "consequence")
_OF_EVENT: Final = ("method", "scale", "likelihood", "severity", "exposure", "value")


class _Reader:
    def __init__(self, scales: Scales, method: RiskMethod, risk_object: str) -> None:
        self.scales, self.method, self.risk_object = scales, method, risk_object
        self.above: dict[str, str] = {}
        self.rows: list[RiskRow] = []
        self.problems: list[tuple[int, str]] = []

    def read(self, line: int, given: Mapping[str, str]) -> None:
        """One row; what is wrong with it is kept, and the row is not."""
        cells = self._with_what_stands_above(given)
        before = len(self.problems)
        event = self._event(line, cells)
        measure, check = self._measure(line, cells), self._check(line, cells)
        name = cells.get("risk_object", self.risk_object).strip()
        place = PlaceSheet(risk_object=name, unit=cells.get("unit", ""))
        self._tried(line, "unit", lambda: sheets.check_place(place))
        if event is None or len(self.problems) > before:
            return
        sheet, grade = event
        code, plant_unit = cells.get("credit_code", ""), cells.get("plant_unit", "")
        self.rows.append(RiskRow(line, code, place, plant_unit, sheet, grade, measure, check))

    def _with_what_stands_above(self, given: Mapping[str, str]) -> dict[str, str]:
        """A row without an event of its own goes on with the one above, and its grade; a new place begins anew."""
        cells = dict(given)
        if "event" not in cells and "likelihood" not in cells:
            carried: tuple[str, ...] = (*_CARRIED, *_OF_EVENT)
        else:
            carried = tuple(one for one in _CARRIED[:4] if one not in cells)
        for name in carried:
            if name in self.above:
                cells.setdefault(name, self.above[name])
        self.above = {name: text for name, text in cells.items() if name in (*_CARRIED, *_OF_EVENT)}
        return cells

    def _event(self, line: int, cells: Mapping[str, str]) -> tuple[EventSheet, RiskGrade] | None:
        for name in ("event", "likelihood", "severity"):
            if name not in cells:
                self._wrong(line, name, InvalidInput("this cell must not be empty"))
        method = self._chosen(line, "method", cells) if "method" in cells else self.method
        scale = cells.get("scale", "lec" if "exposure" in cells else "ls")
        chosen = self._chosen(line, "scale", {"scale": scale})
        figures = {name: self._number(line, name, cells) for name in ("likelihood", "severity", "exposure", "value")}
        likelihood, severity = figures["likelihood"], figures["severity"]
        if method is None or chosen is None or likelihood is None or severity is None or "event" not in cells:
            return None
        factors = Factors(RiskScale(chosen), likelihood, severity, figures["exposure"])
        told = {name: cells.get(name, "") for name in ("cause", "consequence")}
        sheet = EventSheet(text=cells["event"], method=RiskMethod(method), factors=factors, **told)
        self._tried(line, "event", lambda: sheets.check_event(sheet))
        try:
            grade = grade_risk(factors, self.scales)
        except InvalidInput as error:
            self._wrong(line, "likelihood", error)
            return None
        stated = figures["value"]
        if stated is not None and not math.isclose(stated, grade.value, rel_tol=1e-3):
            words = InvalidInput(
                "the sheet says %(stated)s, but its factors make %(value)s", stated=f"{stated:g}", value=f"{grade.value:g}"
            )
            self._wrong(line, "value", words)
        return sheet, grade

    def _measure(self, line: int, cells: Mapping[str, str]) -> MeasureSheet | None:
        if "measure" not in cells:
            for name in ("check", "period"):
                if name in cells:
                    self._wrong(line, name, InvalidInput("a check belongs to a measure, and this row has none"))
                    break
            return None
        kind = self._chosen(line, "measure_kind", cells)
        if kind is None:
            return None
        measure = MeasureSheet(kind=MeasureKind(kind), text=cells["measure"])
        self._tried(line, "measure", lambda: sheets.check_measure(measure))
        return measure

    def _check(self, line: int, cells: Mapping[str, str]) -> RowCheck | None:
        if "period" not in cells:
            if "check" in cells and "measure" in cells:
                self._wrong(line, "period", InvalidInput("this cell must not be empty"))
            return None
        period = self._chosen(line, "period", cells)
        person, role = cells.get("person", ""), cells.get("role", "")
        if bool(person) == bool(role):
            self._wrong(line, "role", InvalidInput("A check needs a person or a post, one of both."))
        if period is None or "measure" not in cells:
            return None
        return RowCheck(cells.get("check", cells["measure"])[: sheets.MOST_TEXT], CheckPeriod(period), person, role)

    def _chosen(self, line: int, name: str, cells: Mapping[str, str]) -> str | None:
        text = cells.get(name, "").lower()
        value = WORDS[name].get(text, text)
        if value in set(_ENUMS[name]):
            return value
        known = ", ".join(word for word in WORDS[name] if word)
        self._wrong(
            line, name, InvalidInput("“%(given)s” is not known; known are %(known)s", given=cells.get(name, "")[:40], known=known)
        )
        return None

    def _number(self, line: int, name: str, cells: Mapping[str, str]) -> float | None:
        if name not in cells:
            return None
        try:
            return number_of(cells[name].replace(",", "").replace("，", ""))
        except ValueError:
            self._wrong(line, name, InvalidInput("“%(given)s” is no number", given=cells[name][:40]))
            return None

    def _tried(self, line: int, column: str, check: Callable[[], None]) -> None:
        try:
            check()
        except InvalidInput as error:
            self._wrong(line, column, error)

    def _wrong(self, line: int, column: str, why: InvalidInput) -> None:
        heading = HEADINGS[column][0]
        told = InvalidInput("line %(line)s, %(column)s: %(why)s", line=line, column=heading, why=why)
        self.problems.append((line, str(told)))
