"""How tables of devices are read: headings in either language, one row a channel, numbers as spreadsheets write them."""

import math
from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("设备编号", "设备编码", "设备代码", "编号"),
    "name": ("设备名称",),
    "region_code": ("区划代码", "行政区划", "区划", "所属区域"),
    "organisation": ("所属单位", "权属单位", "产权单位"),
    "gateway": ("网关编号", "所属网关", "网关"),
    "model": ("设备型号", "型号"),
    "channel": ("通道", "通道名", "数据项"),
    "quantity": ("监测量", "监测项", "测量项目"),
    "unit": ("上报单位", "计量单位", "量纲"),
    "sensor_name": ("传感器名称", "测点名称", "测点"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "asset": ("对象编码", "设施编码", "管点编号"),
    "interval_s": ("上报间隔", "采样间隔", "间隔"),
    "accuracy": ("精度", "准确度"),
    "profile": ("规则模板", "模板"),
    "alarm_low": ("报警下限", "下限"),
    "alarm_high": ("报警上限", "上限"),
    "calibrated_on": ("检定日期", "校准日期"),
    "calibration_due": ("检定有效期至", "检定到期日", "校准有效期至"),
}
"""Columns and what offices call them. A heading counts without spaces and without what stands in brackets behind it."""
NEEDED: Final = ("code",)
NEEDED_OF_SENSOR: Final = ("channel", "quantity", "lon", "lat")
NUMBERS: Final = ("lon", "lat", "interval_s", "accuracy", "alarm_low", "alarm_high")
DAYS: Final = ("calibrated_on", "calibration_due")
OF_DEVICE: Final = ("name", "region_code", "organisation", "gateway", "model")
OF_SENSOR: Final = tuple(name for name in HEADINGS if name not in ("code", *OF_DEVICE))


QUANTITY_WORDS: Final = {
    "甲烷": "methane",
    "燃气": "methane",
    "可燃气": "methane",
    "一氧化碳": "carbon_monoxide",
    "氧气": "oxygen",
    "液位": "level",
    "水位": "level",
    "雨量": "rainfall",
    "风速": "wind_speed",
    "风向": "wind_direction",
    "电流": "current",
    "剩余电流": "residual_current",
    "漏电流": "residual_current",
    "功率": "power",
    "倾角": "tilt",
    "供水温度": "supply_temperature",
    "回水温度": "return_temperature",
}
"""What offices call quantities beside the names that pages show."""


def number_of(text: str) -> float:
    """A number of a cell, also with the apostrophe that keeps a spreadsheet from taking "-5" for a formula; ValueError for none.

    >>> number_of("'-5"), number_of("12.5")
    (-5.0, 12.5)
    """
    number = float(text.removeprefix("'"))
    if not math.isfinite(number) or "_" in text:
        raise ValueError(text)
    return number


def read_days(cells: Mapping[str, str]) -> tuple[dict[str, date], list[str]]:
    """The days of the cells that hold some, also as Excel's midnights and with slashes, and the columns whose text is none.

    >>> read_days({"calibrated_on": "2026-03-01T00:00:00", "calibration_due": "2027/3/1"})[0]["calibration_due"]
    datetime.date(2027, 3, 1)
    """
    days: dict[str, date] = {}
    wrong: list[str] = []
    for column in DAYS:
        if text := cells.get(column):
            parts = text.partition("T")[0].partition(" ")[0].replace("/", "-").replace(".", "-").split("-")
            try:
                year, month, day = (int(one) for one in parts)
                days[column] = date(year, month, day)
            except ValueError:
                wrong.append(column)
    return days, wrong


def read_numbers(cells: Mapping[str, str]) -> tuple[dict[str, float], list[str]]:
    """The numbers of the cells that hold some, and the columns whose text is none."""
    numbers: dict[str, float] = {}
    wrong: list[str] = []
    for column in NUMBERS:
        if text := cells.get(column):
            try:
                numbers[column] = number_of(text)
            except ValueError:
                wrong.append(column)
    return numbers, wrong


class Brought(msgspec.Struct, frozen=True):
    """What a row of a file did to the registry, so that it can be undone: whether its device is new, the ids of new sensors, and
    what fields of the device and of a sensor held before and hold now.
    """

    device: bool = False
    sensors: list[UUID] = []
    of_device: dict[str, tuple[bool | float | str | None, bool | float | str | None]] = {}
    of_sensors: dict[UUID, dict[str, tuple[bool | float | str | None, bool | float | str | None]]] = {}
