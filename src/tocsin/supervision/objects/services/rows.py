"""Rows of a table against the register: what each would become, and everything that is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.credit_codes import normal_credit_code
from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.jurisdiction.face import all_regions, may, organisation_by_code
from tocsin.records.face import Plain, difference
from tocsin.records.imports.rules import ImportVerdict
from tocsin.screens.words import listed
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import PARENTS, WITH_CREDIT_CODE, NewObject, ObjectKind
from tocsin.supervision.objects.rules.tables import NEEDED, RowValues, near_words, read_row
from tocsin.supervision.objects.services.checks import Problem, problems_of
from tocsin.supervision.objects.services.register import as_new, columns_of, tidied

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

ORDER: Final = {ObjectKind.ENTERPRISE: 0, ObjectKind.SITE: 1, ObjectKind.PLACE: 2, ObjectKind.EQUIPMENT: 3}
"""A whole is written before its parts."""
_OWN: Final = {one.name for one in fields(NewObject)}

type Key = tuple[object, ...]


@dataclass
class ObjectRow:
    """One row of a file against the register: what it says, what would become of it, and what is wrong with it."""

    line: int
    cells: dict[str, str]
    new: NewObject | None = None
    before: SupervisedObject | None = None
    parent: "ObjectRow | SupervisedObject | None" = None
    key: Key = ()
    verdict: ImportVerdict = ImportVerdict.WRONG
    problems: list[Problem] = field(default_factory=list)
    id: UUID = field(default_factory=new_id)
    code: str = ""


def judge_rows(actor: "User", region_code: str, rows: list[ObjectRow]) -> list[ObjectRow]:
    """What would become of each row, in the file's order. A handful of queries, however many rows."""
    return _Judge(actor, region_code).judged(rows)


class _Judge:
    """Rows against the register, with everything that rows share looked up once."""

    def __init__(self, actor: "User", region_code: str) -> None:
        self.actor, self.region_code = actor, region_code
        self.regions = set(all_regions().values_list("code", flat=True))
        self.trades = {word.lower(): key for key, one in trades().items() for word in (key, one.zh, one.en)}
        self._bodies: dict[tuple[str, str], UUID | None] = {}
        self._may: dict[str, bool] = {}

    def judged(self, rows: list[ObjectRow]) -> list[ObjectRow]:
        read = [(row, *read_row(row.cells, self.trades)) for row in rows]
        self._load(values for _row, values, _wrong in read)
        for row, values, wrong in read:
            row.problems += [Problem(column, self._unread(column, row.cells[column])) for column in wrong]
            empty = _("This cell must not be empty: of merged cells the first one counts, and a formula needs a shown value.")
            row.problems += [Problem(one, empty) for one in NEEDED if one not in row.cells]
            self._identify(row, values)
        seen: dict[Key, ObjectRow] = {}
        for row, values, _wrong in sorted(read, key=lambda one: (ORDER[one[1].get("kind", ObjectKind.ENTERPRISE)], one[0].line)):
            self._judge(row, values, seen)
        return rows

    def _load(self, values: Iterable[RowValues]) -> None:
        codes, named = set[str](), set[str]()
        for told in values:
            codes |= {normal_credit_code(told[name]) for name in ("credit_code", "parent_credit_code") if name in told}
            named |= {told[name].upper() for name in ("code", "parent_code") if name in told}
        found = self._found("credit_code", codes) + self._found("code", named)
        parents = [one.pk for one in found]
        found += self._found("parent_id", parents)
        nameless = SupervisedObject.objects.filter(credit_code="", parent=None, region_code__in=self._within(), merged_into=None)
        found += list(nameless)
        self.by_code = {one.code: one for one in found}
        self.by_key: dict[Key, SupervisedObject] = {}
        for one in sorted(found, key=lambda one: one.code):
            self.by_key.setdefault(_key_of(one), one)

    def _found(self, column: str, values: Any) -> list[SupervisedObject]:
        wanted, found = list(values), list[SupervisedObject]()
        for start in range(0, len(wanted), 500):
            part = {f"{column}__in": wanted[start : start + 500]}
            found += SupervisedObject.objects.filter(**part, merged_into=None).select_related("parent")
        return found

    def _within(self) -> list[str]:
        return [code for code in self.regions if governs(self.region_code, code)]

    def _identify(self, row: ObjectRow, values: RowValues) -> None:
        """Which entry of the register the row is about, and its key in the file."""
        kind = values.get("kind", ObjectKind.ENTERPRISE)
        if "code" in values:
            row.before = self.by_code.get(values["code"].upper())
            if row.before is None:
                row.problems.append(Problem("code", _("The register has no such code: leave the cell empty for a new object.")))
                return
            row.key = _key_of(row.before)
            return
        code = normal_credit_code(values.get("credit_code", ""))
        if kind in WITH_CREDIT_CODE and code:
            row.key = ("code", code, values.get("site_number", 1))
        else:
            row.key = (
                "name",
                self._parent_key(values),
                kind.value,
                values.get("region_code", self.region_code),
                values.get("name", ""),
            )
        row.before = self.by_key.get(row.key)

    def _parent_key(self, values: RowValues) -> object:
        if "parent_code" in values:
            found = self.by_code.get(values["parent_code"].upper())
            return values["parent_code"].upper() if found is None else _whole_key(found)
        if "parent_credit_code" in values:
            return normal_credit_code(values["parent_credit_code"]), values.get("parent_site", 1)
        return ""

    def _judge(self, row: ObjectRow, values: RowValues, seen: dict[Key, ObjectRow]) -> None:
        if row.key and row.key in seen:
            row.problems.append(
                Problem("name", _("The same object stands in line %(line)d already.") % {"line": seen[row.key].line})
            )
        elif row.key:
            seen[row.key] = row
        self._parent(row, values, seen)
        base = as_new(row.before) if row.before else None
        given: dict[str, Any] = {name: value for name, value in values.items() if name in _OWN}
        given.setdefault("region_code", base.region_code if base else self.region_code)
        if row.parent is not None and base is None:
            given["parent_id"] = row.parent.id
        if "competent" in values:
            given["competent_id"] = self._named_body(row, values["competent"], given["region_code"])
        new = replace(base, **given) if base else NewObject(**{"kind": ObjectKind.ENTERPRISE, "name": "", "trade": "", **given})
        row.new = tidied(new, self._body)
        if base is not None and row.new.kind is not base.kind:
            row.problems.append(Problem("kind", _("Kind and parent stay: enter a new object, close this one.")))
        told = {one.field for one in row.problems}
        row.problems += [one for one in problems_of(row.new, self.regions) if one.field not in told]
        if not governs(self.region_code, row.new.region_code):
            row.problems.append(Problem("region_code", _("The row lies outside the region of this import.")))
        elif not self._may_manage(row.new.region_code):
            row.problems.append(Problem("region_code", _("Your rights do not reach this region.")))
        if row.problems:
            row.verdict = ImportVerdict.WRONG
        elif row.before is None:
            row.verdict = ImportVerdict.NEW
        else:
            row.verdict = ImportVerdict.CHANGED if changes_of(row.before, row.new) else ImportVerdict.SAME

    def _parent(self, row: ObjectRow, values: RowValues, seen: dict[Key, ObjectRow]) -> None:
        """The whole a part belongs to: in the register, or in the same file."""
        kind = values.get("kind", ObjectKind.ENTERPRISE)
        if row.before is not None or kind is ObjectKind.ENTERPRISE:
            return
        found: SupervisedObject | ObjectRow | None
        if "parent_code" in values:
            column, found = "parent_code", self.by_code.get(values["parent_code"].upper())
        elif "parent_credit_code" in values or (kind is ObjectKind.SITE and "credit_code" in values):
            column = "parent_credit_code"
            code = normal_credit_code(values.get("parent_credit_code") or values["credit_code"])
            key: Key = ("code", code, values.get("parent_site", 1))
            found = self.by_key.get(key) or seen.get(key)
            if kind is ObjectKind.SITE and column not in values and (found is None or found is row):
                return  # a site may come before its firm
        else:
            return
        kind_of = _kind_of(found)
        if kind_of is None or found is None:
            row.problems.append(Problem(column, _("The whole is neither in the register nor in a right row of this file.")))
        elif kind_of not in PARENTS[kind]:
            row.problems.append(Problem(column, _("An object of this kind can't be part of that one.")))
        else:
            row.parent = found

    def _unread(self, column: str, text: str) -> str:
        match column:
            case "trade":
                near = near_words(text, [one.name for one in trades().values()])
                if near:
                    words = {"given": text, "near": listed(*near)}
                    return _("There is no trade “%(given)s”. Is it %(near)s?") % words
                return _("There is no trade “%(given)s”: choose one of the list.") % {"given": text}
            case "kind":
                return _("A kind is enterprise, site, place or equipment.")
            case "risk_class":
                return _("A risk class is red, orange, yellow or blue.")
            case "major_hazard" | "directly_supervised":
                return _("Write yes or no (是, 否).")
            case _:
                return _("“%(given)s” is no number.") % {"given": text[:60]}

    def _named_body(self, row: ObjectRow, code: str, region_code: str) -> UUID | None:
        found = self._body(code, region_code)
        if found is None:
            row.problems.append(Problem("competent", _("There is no body with the code %(code)s here.") % {"code": code[:60]}))
        return found

    def _body(self, department: str, region_code: str) -> UUID | None:
        key = (department, region_code)
        if key not in self._bodies:
            body = organisation_by_code(department, region_code)
            self._bodies[key] = body.pk if body else None
        return self._bodies[key]

    def _may_manage(self, region_code: str) -> bool:
        if region_code not in self._may:
            self._may[region_code] = may(self.actor, rights.MANAGE, region_code)
        return self._may[region_code]


def _kind_of(found: SupervisedObject | ObjectRow | None) -> ObjectKind | None:
    if isinstance(found, SupervisedObject):
        return ObjectKind(found.kind)
    return found.new.kind if found is not None and found.new is not None and not found.problems else None


def _key_of(supervised_object: SupervisedObject) -> Key:
    if supervised_object.credit_code and supervised_object.kind in WITH_CREDIT_CODE:
        return ("code", supervised_object.credit_code, supervised_object.site_number)
    parent = _whole_key(supervised_object.parent) if supervised_object.parent else ""
    return ("name", parent, supervised_object.kind, supervised_object.region_code, supervised_object.name)


def _whole_key(supervised_object: SupervisedObject) -> object:
    return (
        (supervised_object.credit_code, supervised_object.site_number)
        if supervised_object.credit_code
        else supervised_object.code
    )


def changes_of(before: SupervisedObject, new: NewObject) -> dict[str, list[Plain]]:
    """What would change, each with what it holds and will hold."""
    return difference(before, columns_of(new))
