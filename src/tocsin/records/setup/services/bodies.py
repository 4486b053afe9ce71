"""Bodies from tables: how a row is judged, written and undone. An empty cell erases nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.face import (
    ORGANISATION_KINDS,
    Organisation,
    edit_organisation,
    is_subject,
    organisation_by_code,
    register_organisation,
    text_problems,
    withdraw_organisation,
)
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, UsualLimits, Written

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

YES: Final = ("1", "yes", "y", "true", "是", "有")
NO: Final = ("0", "no", "n", "false", "否", "无")
KIND_WORDS: Final[dict[str, str]] = {
    "权属单位": "owner",
    "主管部门": "department",
    "行业主管部门": "department",
    "政府": "government",
    "救援": "rescue",
    "消防": "rescue",
    "交警": "police",
    "监测中心": "centre",
    "企业": "enterprise",
    "其他": "other",
}
BODY_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("单位编码", "编码", "代码"),
    "name_zh": ("单位名称", "名称", "中文名称"),
    "name_en": ("英文名称",),
    "kind": ("单位类型", "类型", "类别"),
    "telephone": ("值班电话", "电话", "联系电话"),
    "superior": ("上级单位编码", "上级单位"),
    "desk": ("昼夜值守", "有无值班室", "24小时值守"),
    "lifelines": ("负责生命线", "生命线"),
    "trades": ("负责行业", "行业"),
}
FIELDS: Final = ("name_zh", "name_en", "telephone", "has_desk")
"""What a row changes of a body that is there; kind, superior and duties of one are changed on its page."""


@dataclass(frozen=True)
class _Body:
    kind: str
    values: Mapping[str, object]
    superior: str
    duties: tuple[NewDuty, ...]
    before: Organisation | None


def judge_bodies(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the bodies of the area; a superior stands there, above it, or in a row before."""
    known = {one.code: one for one in Organisation.objects.filter(region_id=region_code)}
    kinds = {code: code for code in ORGANISATION_KINDS} | KIND_WORDS
    seen: set[str] = set()
    for row in rows:
        code = row.cells.get("code", "")
        row.name = row.cells.get("name_zh", "")
        kind = kinds.get(row.cells.get("kind", "").strip().lower())
        if kind is None:
            told = ", ".join(word for word in KIND_WORDS)
            row.problems.append(CellProblem("kind", _("This is none of %(codes)s.") % {"codes": told}))
        if code in seen:
            row.problems.append(CellProblem("code", _("The file names this one twice.")))
        superior = row.cells.get("superior", "")
        if superior and superior not in seen | set(known) and organisation_by_code(superior, region_code) is None:
            text = _("No body %(code)s stands in this area, above it, or in a row before.")
            row.problems.append(CellProblem("superior", text % {"code": superior[:60]}))
        desk = row.cells.get("desk", "").strip().lower()
        if desk and desk not in (*YES, *NO):
            row.problems.append(CellProblem("desk", _("Write yes or no.")))
        seen.add(code)
        _judge_texts(row)
        if not row.problems and kind is not None:
            _judge_body(row, kind, superior, known.get(code))


def _judge_texts(row: Row) -> None:
    cells = row.cells
    name = cells.get("name_zh", "") or "–"  # an empty cell is told as such
    found = text_problems(cells.get("code", ""), name, cells.get("name_en") or name, cells.get("telephone", ""))
    row.problems += [CellProblem(*one) for one in found]
    for column in ("lifelines", "trades"):
        if not all(is_subject(one) for one in _listed(cells.get(column, ""))):
            text = _("Lifelines and trades are named in lower-case letters, digits and underscores.")
            row.problems.append(CellProblem(column, text))


def _listed(text: str) -> list[str]:
    return text.replace("、", " ").split()


def _judge_body(row: Row, kind: str, superior: str, before: Organisation | None) -> None:
    cells, desk = row.cells, row.cells.get("desk", "").strip().lower()
    values: dict[str, object] = {name: cells[name] for name in ("name_zh", "name_en", "telephone") if cells.get(name)}
    if desk:
        values["has_desk"] = desk in YES
    named = [NewDuty(kind, lifeline=one) for one in _listed(cells.get("lifelines", ""))]
    named += [NewDuty(kind, trade=one) for one in _listed(cells.get("trades", ""))]
    row.found = _Body(kind, values, superior, tuple(named or [NewDuty(kind)]), before)
    if before is None:
        row.verdict = ImportVerdict.NEW
        return
    changed = [(name, getattr(before, name), new) for name, new in values.items() if getattr(before, name) != new]
    row.changes = [CellChange("desk" if name == "has_desk" else name, str(old), str(new)) for name, old, new in changed]
    row.verdict = ImportVerdict.CHANGED if changed else ImportVerdict.SAME


def write_bodies(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New bodies with their duties, and changed ones."""
    return [_write_body(actor, region_code, row) for row in rows]


def _write_body(actor: "User", region_code: str, row: Row) -> Written:
    found: _Body = row.found
    before, values = found.before, found.values
    if before is not None:
        held = {name: getattr(before, name) for name in FIELDS}
        edit_organisation(actor=actor, organisation_id=before.pk, **_texts({**held, **values}))
        return Written(before.pk, held)
    superior = organisation_by_code(found.superior, region_code) if found.superior else None
    made = register_organisation(
        actor=actor,
        code=row.cells["code"],
        region_code=region_code,
        kind=found.kind,
        duties=found.duties,
        superior_id=superior.pk if superior else None,
        **_texts({"name_en": row.cells["name_zh"], "telephone": "", "has_desk": False, **values}),
    )
    return Written(made.pk)


class _Texts(TypedDict):
    name_zh: str
    name_en: str
    telephone: str
    has_desk: bool


def _texts(values: Mapping[str, object]) -> _Texts:
    return _Texts(
        name_zh=str(values["name_zh"]),
        name_en=str(values["name_en"]),
        telephone=str(values["telephone"]),
        has_desk=values["has_desk"] is True,
    )


def undo_bodies(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New bodies go, changed ones hold again what they held. Conflict where something builds on one that would go."""
    bodies = Organisation.objects.in_bulk([one.id for one in written])
    for one in written:
        if one.id not in bodies:
            raise Conflict(_("A body of this file is no longer there."))
        if one.before is None:
            withdraw_organisation(actor=actor, organisation_id=one.id)
        else:
            edit_organisation(actor=actor, organisation_id=one.id, **_texts(one.before))


BODIES: Final = ImportKind(
    name="organisations",
    title=pgettext_lazy("rows of a table", "Organisations"),
    permission="organisations.manage",
    headings=lambda: BODY_HEADINGS,
    needed=("code", "name_zh", "kind"),
    example={
        "code": "gas_company",
        "name_zh": "示例：燃气公司",
        "name_en": "Gas company",
        "kind": "权属单位",
        "telephone": "0532 12345678",
        "superior": "city_management_bureau",
        "desk": "是",
        "lifelines": "gas",
    },
    page="organisations",
    judge=judge_bodies,
    write=write_bodies,
    undo=undo_bodies,
    limits=lambda: UsualLimits(most_rows=2_000),
)
