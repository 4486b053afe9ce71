"""How tables of pipe surveys name their columns, what their cells hold, and how their lines run on through points.

A survey (CJJ 61) tells points and lines: a line leads from one point to the next. A point is an object that can be opened, closed
or read (appurtenance), or only a place where the pipe bends, branches or changes (feature).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "point": ("物探点号", "管点编号", "管点号", "点号", "管线点号", "管线点编号", "图上点号", "Exp_No", "EXPNO"),
    "x": ("X", "X坐标", "纵坐标", "纵坐标X", "北坐标", "X_Coord"),
    "y": ("Y", "Y坐标", "横坐标", "横坐标Y", "东坐标", "Y_Coord"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "ground_elevation_m": ("地面高程", "高程", "H", "井盖高程", "Surf_H"),
    "feature": ("特征", "特征点", "管点特征", "点特征"),
    "appurtenance": ("附属物", "附属物名称", "附属设施", "Subsid"),
    "depth_m": ("埋深", "井深", "井底深", "管点埋深", "Well_Deep"),
    "from_node": ("起点点号", "起点物探点号", "起点编号", "起点号", "起点", "起始点号", "上游点号", "S_Point"),
    "to_node": ("终点点号", "终点物探点号", "终点编号", "终点号", "终点", "终止点号", "下游点号", "E_Point"),
    "line_code": ("管线编号", "管段编号", "管线编码", "管线段编号"),
    "line_kind": ("管线类别", "管线类型", "管线种类", "管类", "管线性质", "类别"),
    "material": ("材质", "管材", "管线材料"),
    "diameter": ("管径", "管径或断面尺寸", "断面尺寸", "规格", "直径", "D_S", "PSize"),
    "pressure": ("压力", "压力等级", "压力值", "设计压力", "公称压力"),
    "from_depth_m": ("起点埋深", "起始埋深", "S_Deep"),
    "to_depth_m": ("终点埋深", "终止埋深", "E_Deep"),
    "flow": ("流向", "FlowDirect"),
    "owner": ("权属单位", "产权单位", "权属单位代码", "权属单位名称", "B_Code"),
    "installed": ("埋设年代", "埋设年份", "埋设日期", "建设年代", "建设年份", "MDate"),
    "street": ("道路名称", "所在道路", "道路", "Road"),
    "name": ("名称", "设施名称"),
}
"""Columns of both tables and what surveys call them."""
POINT_COLUMNS: Final = ("point", "x", "y", "ground_elevation_m", "feature", "appurtenance", "depth_m", "name", "street")
LINE_COLUMNS: Final = (
    *("from_node", "to_node", "line_kind", "material", "diameter", "pressure", "from_depth_m", "to_depth_m"),
    *("flow", "owner", "installed", "street"),
)
FORWARD: Final = ("", "0", "正", "正向", "顺", "顺向", "+", "forward")
BACKWARD: Final = ("1", "反", "反向", "逆", "逆向", "-", "backward")
UTILITIES: Final[dict[str, str]] = {
    "gas_main": "gas",
    "heat_main_supply": "heat",
    "heat_main_return": "heat",
    "water_main": "water",
    "sewer": "sewer",
    "storm_drain": "storm_drain",
    "power_cable": "power",
    "telecom_duct": "telecom",
}
"""What an object at lines of a kind belongs to."""
_KPA: Final = {"mpa": 1000.0, "kpa": 1.0, "bar": 100.0}


@dataclass(frozen=True)
class Section:
    """One line of the table: from point to point. Lines run on into each other only where `alike` is the same; `directed` ones
    only along their flow.
    """

    begin: str
    end: str
    alike: tuple[str, ...] = ()
    directed: bool = False


@dataclass(frozen=True)
class Run:
    """Lines that run on into each other: their numbers from its begin to its end, and the points that it touches, one more."""

    sections: tuple[int, ...]
    points: tuple[str, ...]

    @property
    def head(self) -> int:
        """The first of them in the table: it stands for all."""
        return min(self.sections)


def runs(sections: Sequence[Section], passes: Callable[[str], bool]) -> list[Run]:
    """All lines as runs, in the order of the table, each in the direction of its first line. A run goes on through a point that
    may be passed (`passes`), at which two lines meet that are alike, and for directed ones one of them ends and the other begins.

    >>> [one.points for one in runs([Section("A", "b"), Section("C", "b"), Section("C", "D")], "b".__eq__)]
    [('A', 'b', 'C'), ('C', 'D')]
    """
    at: defaultdict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(sections):
        at[one.begin].append(number)
        at[one.end].append(number)

    def onward(number: int, point: str) -> int | None:
        here = at[point]
        if len(here) != 2 or here[0] == here[1] or not passes(point):
            return None
        other = here[0] if here[1] == number else here[1]
        one, two = sections[number], sections[other]
        turns = (one.end == point) == (two.end == point)
        unlike = one.alike != two.alike or one.directed != two.directed
        return None if unlike or (one.directed and turns) else other

    done: set[int] = set()
    found = []
    for number, one in enumerate(sections):
        if number in done:
            continue
        chain, points = [number], [one.begin, one.end]
        done.add(number)
        for forward in (True, False):
            here, point = number, points[-1] if forward else points[0]
            while (other := onward(here, point)) is not None and other not in done:
                done.add(other)
                point = sections[other].end if sections[other].begin == point else sections[other].begin
                chain.insert(len(chain) if forward else 0, other)
                points.insert(len(points) if forward else 0, point)
                here = other
        found.append(Run(tuple(chain), tuple(points)))
    return found


def codes_of(runs_told: Sequence[tuple[Run, str, str]]) -> list[str]:
    """A code for each run, with its kind and the code that the table gives it (`""` for none): its two ends. Where several have
    the same ends, the first point between them tells them apart, else the kind, else a number.

    >>> ring = [Run((0,), ("A", "B")), Run((1, 2), ("A", "c", "B")), Run((3,), ("B", "D"))]
    >>> codes_of([(one, "sewer", "") for one in ring])
    ['A-B', 'A-c-B', 'B-D']
    """
    taken: set[str] = {own for _run, _kind, own in runs_told if own}
    found = []
    for run, kind, own in runs_told:
        ends = f"{run.points[0]}-{run.points[-1]}"
        longer = [f"{run.points[0]}-{run.points[1]}-{run.points[-1]}"] if len(run.points) > 2 else []
        numbered = (f"{ends}-{number}" for number in range(2, 10_000))
        code = own or next(one for one in (ends, *longer, f"{ends}-{kind}", *numbered) if one not in taken)
        taken.add(code)
        found.append(code)
    return found


def read_diameter(text: str) -> tuple[float | None, str] | None:
    """The diameter in millimetres, and the text of a cross section that has none, such as a box; None for what is neither.

    >>> read_diameter("DN300"), read_diameter("φ1000"), read_diameter("800×600"), read_diameter("dick")
    ((300.0, ''), (1000.0, ''), (None, '800×600'), None)
    """
    bare = "".join(text.split())
    if re.fullmatch(r"\d+(\.\d+)?[xX×*]\d+(\.\d+)?(mm)?", bare):
        return None, bare
    found = re.fullmatch(r"(?:DN|dn|De|de|DE|D|d|φ|Φ|Ф|ø|Ø)?(\d+(?:\.\d+)?)(?:mm)?", bare)
    return (float(found[1]), "") if found and float(found[1]) > 0 else None


def read_pressure(text: str) -> tuple[float | None, str] | None:
    """The pressure in kPa, and the name of a class of pressure instead; None for a number without a unit and for what is neither.

    >>> read_pressure("0.4MPa"), read_pressure("中压A"), read_pressure("0.4")
    ((400.0, ''), (None, '中压A'), None)
    """
    bare = "".join(text.split())
    if "压" in bare or "自流" in bare or "pressure" in bare.lower():
        return None, bare
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(mpa|kpa|bar)", bare.lower())
    return (float(found[1]) * _KPA[found[2]], "") if found else None


def read_year(text: str) -> str:
    """The year of a year or a date; the text itself where it begins with none, so that it is refused by name.

    >>> read_year("2008年"), read_year("1998-05-01"), read_year("200805"), read_year("老")
    ('2008', '1998', '2008', '老')
    """
    found = re.match(r"\d{4}", text.strip())
    return found[0] if found else text


def is_line(cells: Mapping[str, str]) -> bool:
    """Whether a row tells a line: it names an end."""
    return bool(cells.get("from_node") or cells.get("to_node"))


def headings() -> dict[str, tuple[str, ...]]:
    """Columns and all that they are called."""
    return HEADINGS
