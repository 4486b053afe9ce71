"""How a table of models is read: headings in either language, one row a channel. Values in, values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.tables import column_of
from tocsin.sensing.devices.rules import ModelChannel, ModelSheet, PowerSource, SpokenProtocol, check_sheet
from tocsin.sensing.onboarding.rules.tables import number_of

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "maker": ("厂家", "生产厂家", "制造商"),
    "model": ("型号", "设备型号"),
    "protocol": ("协议", "通信协议"),
    "power": ("供电方式", "供电"),
    "battery_low_pct": ("低电量阈值", "低电量限值"),
    "channel": ("通道", "通道名", "数据项"),
    "quantity": ("监测量", "监测项", "测量项目"),
    "unit": ("上报单位", "计量单位", "量纲"),
    "range_low": ("量程下限",),
    "range_high": ("量程上限",),
    "resolution": ("分辨率", "分辨力"),
    "accuracy": ("精度", "准确度"),
    "interval_s": ("上报间隔", "采样间隔", "间隔"),
    "silence_s": ("静默时限", "失联时限"),
    "calibration_months": ("检定周期", "校准周期"),
    "profile": ("规则模板", "模板"),
    "alarm_low": ("报警下限", "下限"),
    "alarm_high": ("报警上限", "上限"),
}
"""Columns and what offices call them."""
NEEDED: Final = ("maker", "model")
NUMBERS: Final = (
    *("battery_low_pct", "range_low", "range_high", "resolution", "accuracy", "interval_s", "silence_s"),
    *("calibration_months", "alarm_low", "alarm_high"),
)
OF_MODEL: Final = ("protocol", "power", "battery_low_pct")
POWER_WORDS: Final = {"市电": "mains", "交流": "mains", "电池": "battery", "锂电池": "battery", "太阳能": "solar", "总线": "line"}
PROTOCOL_WORDS: Final = {"网关": "gateway", "其他": "other", "hj 212": "hj212", "gb/t 26875.3": "gb26875", "opc ua": "opcua"}


@dataclass
class _Model:
    """A model as its rows tell it: the line and cells of the first, and the channels of all."""

    line: int
    cells: Mapping[str, str]
    channels: list[ModelChannel] = field(default_factory=list)


@dataclass(frozen=True)
class ReadModels:
    """The models of a table with the lines on which they begin, all that is wrong with it, and headings that mean nothing."""

    sheets: list[tuple[int, ModelSheet]]
    problems: list[str]
    unread: list[str]


def read_models(table: Sequence[Sequence[str]], quantities: Mapping[str, str]) -> ReadModels:
    """The models of a table whose headings stand in one of the first ten lines; `quantities`: their names by all words for them.

    InvalidInput where no line has the headings that are needed. A cell that stands in the first row of a model need not be said
    again.
    """
    at, columns = _headings(table)
    models: dict[tuple[str, str], _Model] = {}
    problems: list[str] = []
    for line, row in enumerate(table[at + 1 :], at + 2):
        cells = {column: text for column, text in zip(columns, row, strict=False) if column and text}
        if not cells:
            continue
        if missing := [name for name in NEEDED if name not in cells]:
            problems += [_at(line, name, InvalidInput("this cell must not be empty")) for name in missing]
            continue
        found = models.setdefault((cells["maker"], cells["model"]), _Model(line, cells))
        problems += [
            _at(line, name, InvalidInput("line %(line)s says something else of this model", line=found.line))
            for name in OF_MODEL
            if name in cells and cells[name] != found.cells.get(name, "")
        ]
        if "channel" in cells and (channel := _channel(line, cells, quantities, problems)) is not None:
            found.channels.append(channel)
    sheets = [(one.line, sheet) for one in models.values() if (sheet := _sheet(one, problems)) is not None]
    unread = [text for text, column in zip(table[at], columns, strict=True) if text and not column]
    return ReadModels(sheets, problems, unread)


def _headings(table: Sequence[Sequence[str]]) -> tuple[int, list[str]]:
    for at, headings in enumerate(table[:10]):
        columns = [column_of(one, HEADINGS) or "" for one in headings]
        if all(one in columns for one in NEEDED):
            return at, columns
    raise InvalidInput(
        "none of the first lines has headings for %(needed)s", needed=", ".join(HEADINGS[one][0] for one in NEEDED)
    )


def _channel(line: int, cells: Mapping[str, str], quantities: Mapping[str, str], problems: list[str]) -> ModelChannel | None:
    quantity = quantities.get(cells.get("quantity", "").lower(), "")
    before = len(problems)
    if not quantity:
        problems.append(_at(line, "quantity", InvalidInput("“%(given)s” is not known", given=cells.get("quantity", "")[:40])))
    numbers = _numbers(line, cells, problems)
    numbers.pop("battery_low_pct", None)
    months = numbers.pop("calibration_months", None)
    if months is not None and months != int(months):
        problems.append(_at(line, "calibration_months", InvalidInput("months are a whole number")))
    if len(problems) > before:
        return None
    return ModelChannel(
        channel=cells["channel"],
        quantity=quantity,
        unit=cells.get("unit", ""),
        profile=cells.get("profile", ""),
        calibration_months=None if months is None else int(months),
        **numbers,
    )


def _sheet(one: _Model, problems: list[str]) -> ModelSheet | None:
    kinds = {}
    for name, kind, words, otherwise in (
        ("protocol", SpokenProtocol, PROTOCOL_WORDS, "mqtt"),
        ("power", PowerSource, POWER_WORDS, "mains"),
    ):
        text = one.cells.get(name, otherwise).lower()
        kinds[name] = words.get(text, text)
        if kinds[name] not in list(kind):
            why = InvalidInput("“%(given)s” is not known; known are %(known)s", given=text[:40], known=", ".join(kind))
            problems.append(_at(one.line, name, why))
    battery = _numbers(one.line, {k: v for k, v in one.cells.items() if k == "battery_low_pct"}, problems)
    if problems:
        return None
    sheet = ModelSheet(
        maker=one.cells["maker"],
        model=one.cells["model"],
        protocol=SpokenProtocol(kinds["protocol"]),
        power=PowerSource(kinds["power"]),
        battery_low_pct=battery.get("battery_low_pct"),
        channels=tuple(one.channels),
    )
    try:
        check_sheet(sheet)
    except InvalidInput as error:
        problems.append(str(InvalidInput("line %(line)s: %(why)s", line=one.line, why=error)))
        return None
    return sheet


def _numbers(line: int, cells: Mapping[str, str], problems: list[str]) -> dict[str, float]:
    numbers = {}
    for name in NUMBERS:
        if name in cells:
            try:
                numbers[name] = number_of(cells[name])
            except ValueError:
                problems.append(_at(line, name, InvalidInput("“%(given)s” is no number", given=cells[name][:40])))
    return numbers


def _at(line: int, column: str, why: InvalidInput) -> str:
    return str(InvalidInput("line %(line)s, %(column)s: %(why)s", line=line, column=HEADINGS[column][0], why=why))
