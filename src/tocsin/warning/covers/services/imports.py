"""Planned works from a table, as a road administration or a utility sends its plan of the week: CSV or Excel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal
from tocsin.base.sheets import read_foreign_table
from tocsin.base.tables import rows_below_headings
from tocsin.screens.forms import read_value
from tocsin.warning.covers.rules import CoverKind
from tocsin.warning.covers.services.covers import NewCover, enter_cover

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("类型", "作业类型"),
    "what": ("内容", "作业内容"),
    "region_code": ("区划", "区划代码"),
    "begins_at": ("开始时间", "开始"),
    "ends_at": ("结束时间", "结束"),
    "who": ("作业单位", "现场人员", "单位"),
    "contact": ("联系电话", "电话"),
    "asset_code": ("对象编号", "设施编号"),
    "along_m": ("沿管线米数",),
    "street": ("道路", "街道"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "radius_m": ("半径米", "半径"),
    "device_code": ("设备编号",),
    "quantities": ("监测量",),
    "weekdays": ("星期",),
    "from_time": ("每日从",),
    "until_time": ("每日到",),
}
NEEDED: Final = ("kind", "what", "begins_at", "ends_at")
MOST_ROWS: Final = 1000
MOST_BYTES: Final = 5_000_000
_KINDS: Final = {
    "静默": CoverKind.SILENCE,
    "挖掘占道": CoverKind.DIGGING,
    "挖掘": CoverKind.DIGGING,
    "维护": CoverKind.MAINTENANCE,
    "检修": CoverKind.MAINTENANCE,
    "标定": CoverKind.CALIBRATION,
    "校准": CoverKind.CALIBRATION,
    "试验气": CoverKind.TEST_GAS,
    "通气试验": CoverKind.TEST_GAS,
    "计划停运": CoverKind.OUTAGE,
    "停气停水": CoverKind.OUTAGE,
}


@dataclass(frozen=True)
class ImportReport:
    """How many rows were taken, and what is wrong with which line; either all are taken or none."""

    written: int
    errors: tuple[str, ...]


def import_covers(*, actor: "User", content: bytes, region_code: str, now: datetime) -> ImportReport:
    """All rows, or none where one is refused. Headings in Chinese or English; times local; lists by spaces."""
    cells = read_foreign_table(content, most_bytes=MOST_BYTES, most_rows=MOST_ROWS + 20, owner=actor.pk)
    rows = rows_below_headings(cells, COLUMNS, NEEDED)
    if len(rows) > MOST_ROWS:
        return ImportReport(0, (_("A file has at most %(most)s rows.") % {"most": MOST_ROWS},))
    return _enter(actor, rows, region_code, now)


@transaction.atomic
def _enter(actor: "User", rows: Sequence[tuple[int, Mapping[str, str]]], region_code: str, now: datetime) -> ImportReport:
    errors = []
    for line, row in rows:
        try:
            with transaction.atomic():
                enter_cover(actor=actor, new=_read(row, region_code), now=now)
        except Refusal as refusal:
            errors.append(_("Row %(line)s: %(error)s") % {"line": line, "error": refusal})
    if errors:
        transaction.set_rollback(True)
        return ImportReport(0, tuple(errors))
    return ImportReport(len(rows), ())


def _read(row: Mapping[str, str], region_code: str) -> NewCover:
    return NewCover(
        kind=_kind(row["kind"]),
        what=row["what"],
        region_code=row.get("region_code") or region_code,
        begins_at=read_value(datetime, "begins_at", row["begins_at"]),
        ends_at=read_value(datetime, "ends_at", row["ends_at"]),
        who=row.get("who", ""),
        contact=row.get("contact", ""),
        asset_code=row.get("asset_code", ""),
        along_m=_number("along_m", row),
        street=row.get("street", ""),
        lon=_number("lon", row),
        lat=_number("lat", row),
        radius_m=_number("radius_m", row),
        device_code=row.get("device_code", ""),
        quantities=row.get("quantities", "").split(),
        weekdays=[int(one) for one in row.get("weekdays", "") if one.isascii() and one.isdigit()],
        from_time=row.get("from_time", ""),
        until_time=row.get("until_time", ""),
    )


def _kind(text: str) -> CoverKind:
    known = _KINDS.get(text.strip()) or next((one for one in CoverKind if one.value == text.strip().lower()), None)
    if known is None:
        names = {"kind": text, "known": ", ".join(one.value for one in CoverKind)}
        raise InvalidInput(_("“%(kind)s” is no kind of planned work; known are %(known)s.") % names)
    return known


def _number(name: str, row: Mapping[str, str]) -> float | None:
    text = row.get(name, "")
    return read_value(float, name, text) if text else None
