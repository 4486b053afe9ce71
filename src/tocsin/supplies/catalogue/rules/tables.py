"""How tables of items are read: headings in either language, categories by code or name, yes and no."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "name_zh": ("名称", "物资名称", "品名"),
    "name_en": ("英文名称",),
    "class_code": ("国标编码", "分类编码", "物资编码", "GB/T38565编码"),
    "category": ("类别", "大类", "物资类别"),
    "resource_class": ("发改委分类", "发改委目录分类"),
    "survey_class": ("普查分类",),
    "unit_zh": ("计量单位", "单位"),
    "unit_en": ("英文单位",),
    "pieces": ("折合件数", "每单位件数"),
    "kg": ("单位重量", "重量", "毛重", "单重"),
    "m3": ("单位体积", "体积"),
    "pack": ("包装", "规格"),
    "shelf_life_months": ("保质期", "保质期月"),
    "perishable": ("食品药品",),
    "storage": ("储存条件", "存放条件"),
    "inspect_every_months": ("检查周期", "检查周期月"),
    "upkeep": ("维护要求", "维护内容"),
    "synonyms": ("别名", "俗名"),
    "confidence": ("可信度",),
    "source": ("来源", "依据"),
}
"""Columns and what offices call them."""
NEEDED: Final = ("name_zh", "class_code", "category", "unit_zh")
_NUMBERS: Final = ("shelf_life_months", "inspect_every_months")
_DECIMALS: Final = ("pieces", "kg", "m3")
_YES: Final = ("1", "yes", "y", "true", "是", "√")
_NO: Final = ("0", "no", "n", "false", "否", "×")


def read_cells(cells: Mapping[str, str], classes: Mapping[str, Mapping[str, str]]) -> tuple[dict[str, object], list[str]]:
    """The values of the filled cells, and the columns whose text can't be read. `classes`: by column the code of each word.

    >>> read_cells({"name_zh": "棉被", "category": "基本生活保障", "pieces": "x"}, {"category": {"基本生活保障": "A1"}})
    ({'name_zh': '棉被', 'category': 'A1'}, ['pieces'])
    """
    values: dict[str, object] = {}
    wrong: list[str] = []
    for column, text in cells.items():
        if not text.strip():
            continue
        try:
            values[column] = _value(column, text.strip(), classes)
        except (ValueError, InvalidOperation):
            wrong.append(column)
    return values, wrong


def _value(column: str, text: str, classes: Mapping[str, Mapping[str, str]]) -> object:
    if column in classes:
        return classes[column].get(text.lower(), text)
    if column in _NUMBERS:
        if not text.isascii():
            raise ValueError(text)
        return int(text)
    if column in _DECIMALS:
        number = Decimal(text)
        if not number.is_finite():
            raise ValueError(text)
        return number
    if column == "perishable":
        if text.lower() not in (*_YES, *_NO):
            raise ValueError(text)
        return text.lower() in _YES
    return text
