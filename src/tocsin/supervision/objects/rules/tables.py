"""How tables of objects are read: headings in either language, words for kinds, classes, yes and no."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final, TypedDict, cast

from tocsin.supervision.objects.rules.register import ObjectKind, RiskClass

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("信息码", "安全码"),
    "kind": ("类型", "对象类型", "对象类别"),
    "name": ("名称", "单位名称", "企业名称", "对象名称"),
    "credit_code": ("统一社会信用代码", "信用代码", "社会信用代码"),
    "site_number": ("站点号", "厂区号", "场所序号"),
    "parent_code": ("上级信息码", "所属信息码"),
    "parent_credit_code": ("上级信用代码", "所属单位信用代码", "所属企业信用代码"),
    "parent_site": ("上级站点号", "所属站点号"),
    "trade": ("行业", "行业领域", "行业类别"),
    "risk_class": ("风险等级", "风险分级"),
    "region_code": ("行政区划代码", "区划代码", "区县代码"),
    "town_code": ("镇街代码", "街道代码"),
    "address": ("地址", "详细地址", "生产经营地址"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "employees": ("从业人数", "职工人数", "人数"),
    "shifts": ("班次", "登记工作时间"),
    "solar_kwp": ("光伏容量", "自发电容量"),
    "major_hazard": ("重大危险源",),
    "directly_supervised": ("直管", "是否直管"),
    "competent": ("主管部门", "主管部门编码"),
}
"""Columns and what offices call them. A heading counts without spaces and without what stands in brackets behind it."""
NEEDED: Final = ("name", "trade")
_NUMBERS: Final = ("site_number", "parent_site", "employees")
_FIGURES: Final = ("lon", "lat", "solar_kwp")
_FLAGS: Final = ("major_hazard", "directly_supervised")
_YES: Final = ("1", "yes", "y", "true", "是", "有", "√")
_NO: Final = ("0", "no", "n", "false", "否", "无", "×", "x")
_KINDS: Final = {
    **{one.value: one for one in ObjectKind},
    "企业": ObjectKind.ENTERPRISE,
    "单位": ObjectKind.ENTERPRISE,
    "站点": ObjectKind.SITE,
    "厂区": ObjectKind.SITE,
    "分支机构": ObjectKind.SITE,
    "场所": ObjectKind.PLACE,
    "设备": ObjectKind.EQUIPMENT,
    "设备设施": ObjectKind.EQUIPMENT,
}
_CLASSES: Final = {
    **{one.value: one for one in RiskClass},
    **dict.fromkeys(("红", "红色", "重大", "重大风险", "一级"), RiskClass.RED),
    **dict.fromkeys(("橙", "橙色", "较大", "较大风险", "二级"), RiskClass.ORANGE),
    **dict.fromkeys(("黄", "黄色", "一般", "一般风险", "三级"), RiskClass.YELLOW),
    **dict.fromkeys(("蓝", "蓝色", "低", "低风险", "四级"), RiskClass.BLUE),
}


class RowValues(TypedDict, total=False):
    """The filled cells of a row by column, each read as what it means."""

    code: str
    kind: ObjectKind
    name: str
    credit_code: str
    site_number: int
    parent_code: str
    parent_credit_code: str
    parent_site: int
    trade: str
    risk_class: str
    region_code: str
    town_code: str
    address: str
    lon: float
    lat: float
    employees: int
    shifts: str
    solar_kwp: float
    major_hazard: bool
    directly_supervised: bool
    competent: str


def near_words(text: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words that a text may mean: those that hold it or are held by it, then those that are spelt alike.

    >>> near_words("食品轻工", ["机械制造", "食品与轻工", "化工"]), near_words("机械", ["机械制造", "食品与轻工"])
    (['食品与轻工'], ['机械制造'])
    """
    words, bare = list(known), text.strip().lower()
    held = [one for one in words if bare and (bare in one.lower() or one.lower() in bare)]
    alike = get_close_matches(bare, words, n=most, cutoff=0.5)
    return list(dict.fromkeys([*held, *alike]))[:most]


def read_row(cells: Mapping[str, str], trades: Mapping[str, str]) -> tuple[RowValues, list[str]]:
    """The values of the cells that are filled, and the columns whose text can't be read. `trades`: key of each word for a trade.

    >>> read_row({"name": "海诺", "lon": "120,4", "kind": "场所", "trade": "化工", "address": ""}, {"化工": "chemicals"})
    ({'name': '海诺', 'kind': <ObjectKind.PLACE: 'place'>, 'trade': 'chemicals'}, ['lon'])
    """
    values: dict[str, object] = {}
    wrong: list[str] = []
    for column, text in cells.items():
        if not text:
            continue
        try:
            values[column] = _value(column, text, trades)
        except (ValueError, KeyError):
            wrong.append(column)
    return cast("RowValues", values), wrong


def _value(column: str, text: str, trades: Mapping[str, str]) -> Any:
    if column in _NUMBERS:
        if not text.isascii():
            raise ValueError(text)
        return int(text)
    if column in _FIGURES:
        return float(text)
    if column in _FLAGS:
        return _flag(text)
    if column == "kind":
        return _KINDS[text.lower()]
    if column == "risk_class":
        return _CLASSES[text.lower()].value
    if column == "trade":
        return trades[text.strip().lower()]
    return text


def _flag(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError(text)
