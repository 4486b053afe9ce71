"""What departments deliver about places where people are: the exposed bodies of the demonstration, each under its department."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from tocsin.workshop.demo.resources.files import SHAPE, Row, place

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.atlas.exposure.services.bodies import BodyFacts
    from tocsin.simulation.city import City

HIGH_FLOORS: Final = 10
LIFT_FLOORS: Final = 7
FLOOR_M: Final = 2.9
SUBSTANCES: Final = {"电镀厂": "铬酐、氰化钠", "干洗店": "四氯乙烯", "印务公司": "异丙醇、油墨稀释剂"}
TRADES: Final = {"电镀厂": "金属表面处理", "加工厂": "金属制品加工", "印务公司": "印刷"}


def body_tables(bodies: "Sequence[BodyFacts]") -> dict[str, Callable[[], list[Row]]]:
    """By short name of the resource, its rows."""

    def told(kinds: tuple[str, ...], columns: "Callable[[BodyFacts], Row]") -> Callable[[], list[Row]]:
        return lambda: _rows((one for one in bodies if one.kind in kinds), columns)

    firms = ("firm", "hazardous_firm")
    return {
        "schools": lambda: _keyed(told(("school",), _school)(), "学校代码"),
        "kindergartens": told(("kindergarten",), lambda one: {"性质": "公办", "在园人数": _count(one, "pupils")}),
        "school_canteens": told(
            ("school",), lambda one: {"学校": one.name, "就餐人数": round(0.6 * _count(one, "pupils")), "燃料": "管道天然气"}
        ),
        "hospitals": told(("hospital",), _hospital),
        "nursing_homes": told(("nursing_home",), _home),
        "child_homes": told(("welfare_home",), lambda one: {"在院人数": _count(one, "beds")}),
        "shelters": told(("shelter",), _shelter),
        "supermarkets": told(("market",), lambda one: {"面积": 6.5 * _count(one, "visitors")}),
        "restaurants": told(("restaurant",), _restaurant),
        "key_units": told(("school", "hospital", "market", "hazardous_firm", "tourist_place"), _key_unit),
        "high_rises": lambda: [row for row in told(("residential",), _tower)() if int(row["层数"]) >= HIGH_FLOORS],
        "elevators": lambda: [row for row in told(("residential",), _lift)() if int(row["层数"]) >= LIFT_FLOORS],
        "hazchem_firms": lambda: [row for row in told(firms, _chemicals)() if row["主要危险物质"]],
        "polluters": lambda: [row for row in told(firms, _polluter)() if row["行业"]],
        "construction_sites": told(("building_site",), _site),
        "scenic_spots": told(("tourist_place",), lambda one: {"等级": "AAA", "最大承载量": 2 * _count(one, "visitors")}),
        "bridges": lambda: [_bridge(one) for one in bodies if one.kind == "bridge"],
        "reservoirs": told(("reservoir",), _reservoir),
    }


def beds_now(bodies: "Sequence[BodyFacts]", now: "datetime") -> list[Row]:
    """Free beds of the hospitals on a day: fewer on Mondays."""
    found: list[Row] = []
    for one in bodies:
        if one.kind == "hospital":
            beds, turn = _count(one, "beds"), (now.toordinal() + _count(one, "beds")) % 7
            row = {"编号": one.code, "时间": now.isoformat(), "空床数": round(beds * (0.05 + 0.015 * turn)), "重症空床": turn}
            found.append(row | dict(_place(one)))
    return found


def population_cells(city: "City") -> list[Row]:
    """The cells of the grid, which is delivered when the demonstration begins."""
    from tocsin.workshop.demo.exposure import grid_cells

    return [
        {
            "格网号": f"{lon:.5f}-{lat:.5f}",
            "人数": night,
            "白天人数": day,
            "夜间人数": night,
            "节假日人数": off,
            **place(lon, lat),
        }
        for lon, lat, day, night, off in grid_cells(city)
    ]


def _rows(bodies: "Iterable[BodyFacts]", columns: "Callable[[BodyFacts], Row]") -> list[Row]:
    common = [
        (one, {"编号": one.code, "名称": _name(one), "地址": one.address, **_telephones(one), **_place(one)}) for one in bodies
    ]
    return [{**row, **columns(one)} for one, row in common]


def _keyed(rows: list[Row], key: str) -> list[Row]:
    return [{**row, key: row["编号"]} for row in rows]


def _name(one: "BodyFacts") -> str:
    return one.name.removesuffix("（演示）")


def _telephones(one: "BodyFacts") -> Row:
    return dict.fromkeys(("电话", "联系电话", "急诊电话", "负责人电话"), one.telephone)


def _place(one: "BodyFacts") -> Row:
    return place(one.lon or 0.0, one.lat or 0.0)


def _count(one: "BodyFacts", figure: str) -> int:
    return round(one.figures.get(figure, 0.0))


def _school(one: "BodyFacts") -> Row:
    return {"办学类型": "小学", "在校人数": _count(one, "pupils"), "教职工数": _count(one, "staff")}


def _hospital(one: "BodyFacts") -> Row:
    beds = _count(one, "beds")
    return {"等级": "三级" if beds > 350 else "二级" if beds > 150 else "一级", "床位数": beds}


def _home(one: "BodyFacts") -> Row:
    beds = _count(one, "beds")
    return {"床位数": beds, "在住人数": round(0.82 * beds), "失能人数": round(0.31 * beds)}


def _shelter(one: "BodyFacts") -> Row:
    return {"类型": "室外", "可容纳人数": _count(one, "capacity"), "面积": one.figures["area"], "开放状态": "备用"}


def _restaurant(one: "BodyFacts") -> Row:
    return {"燃料": "管道天然气" if _count(one, "seats") % 3 else "瓶装液化石油气", "面积": 2.2 * _count(one, "seats")}


def _key_unit(one: "BodyFacts") -> Row:
    kinds = {"school": "学校", "hospital": "医院", "market": "市场", "hazardous_firm": "易燃易爆单位"}
    people = max(one.figures.values(), default=0.0)
    return {"类别": kinds.get(one.kind, "公众聚集场所"), "建筑面积": 7.0 * people, "责任人": f"{_name(one)}消防安全责任人"}


def _tower(one: "BodyFacts") -> Row:
    floors = _count(one, "floors")
    return {"高度": round(FLOOR_M * floors, 1), "层数": floors, "用途": "住宅", "消防设施": "室内消火栓、应急照明"}


def _lift(one: "BodyFacts") -> Row:
    told = (one.figures_on.replace(day=1)).isoformat() if one.figures_on else ""
    return {"编号": f"DT{one.code[1:]}", "层数": _count(one, "floors"), "维保单位": "电梯维保公司（演示）", "检验日期": told}


def _trade(one: "BodyFacts", words: Mapping[str, Any]) -> str:
    return next((str(told) for word, told in words.items() if word in one.name), "")


def _chemicals(one: "BodyFacts") -> Row:
    kind = "使用" if "干洗" in one.name or "印务" in one.name else "生产使用"
    return {"类别": kind, "主要危险物质": _trade(one, SUBSTANCES), "从业人数": _count(one, "staff")}


def _polluter(one: "BodyFacts") -> Row:
    return {"类别": "水环境" if "电镀" in one.name else "大气环境", "行业": _trade(one, TRADES)}


def _site(one: "BodyFacts") -> Row:
    return {"施工单位": "建筑公司（演示）", "阶段": "基坑", "工人数": _count(one, "staff")}


def _bridge(one: "BodyFacts") -> Row:
    return {"编号": one.code, "名称": _name(one), "类型": "梁桥", "技术等级": "B", "限载": 30, SHAPE: one.shape}


def _reservoir(one: "BodyFacts") -> Row:
    return {"规模": "小(1)型", "总库容": one.figures["storage"], "汛限水位": 71.5, "责任人": "水库防汛责任人"}
