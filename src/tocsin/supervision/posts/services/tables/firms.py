"""Firms and their key people as rows of tables name them: one look at each table, however many rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from tocsin.jurisdiction.face import may
from tocsin.records.imports.rules import CellProblem, Row
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

FIRM_HEADINGS: Final = ("信息编码", "统一社会信用代码", "企业编码", "企业", "单位", "企业名称")
PERSON_HEADINGS: Final = ("人员编号", "工号", "姓名", "人员")


def keeps(actor: "User", firm: SupervisedObject) -> bool:
    """Whether the person enters rosters and certificates of the firm: a keeper of the register, or one of the firm."""
    own = {firm.organisation_id} - {None}
    return may(actor, rights.MANAGE, firm.region_code) or may(actor, rights.OWN, firm.region_code, own)


class NamedFirms:
    """The firms that rows name in the column `firm`, with their key people; an empty cell is the one firm of the reader."""

    def __init__(self, actor: "User", region_code: str, rows: Sequence[Row]) -> None:
        words = {row.cells.get("firm", "") for row in rows} - {""}
        named = Q(code__in=words) | Q(credit_code__in=words) | Q(name__in=words)
        if actor.organisation_id is not None:
            named |= Q(organisation=actor.organisation_id)
        within = visible_objects(actor).filter(named, region_code=region_code, active=True)
        self._firms: dict[str, list[SupervisedObject]] = defaultdict(list)
        kept = [one for one in within if keeps(actor, one)]
        for one in kept:
            for word in {one.code, one.credit_code, one.name} - {""}:
                self._firms[word].append(one)
        self._own = [one for one in kept if actor.organisation_id is not None and one.organisation_id == actor.organisation_id]
        self._people = people_by_word([one.pk for one in kept])

    def firm_of(self, row: Row) -> SupervisedObject | None:
        """The firm of a row; what is wrong with the cell is among the row's problems."""
        text = row.cells.get("firm", "")
        found = self._firms.get(text, []) if text else self._own
        if len(found) == 1:
            return found[0]
        words = _("There is no firm “%(firm)s” here that you may enter this for.") if text else _("Name the firm by its code.")
        if text and found:
            words = _("Several sites have the credit code %(firm)s: give the information code.")
        row.problems.append(CellProblem("firm", words % {"firm": text[:80]}))
        return None

    def person_of(self, row: Row, firm: SupervisedObject) -> KeyPerson | None:
        """The key person of a row: the number in gates and positioning, or a name that one person of the firm has."""
        text = row.cells.get("person", "")
        found = self._people.get(firm.pk, {}).get(text)
        if found is None and text:
            words = _("The firm has nobody of this name or number, or several: %(given)s.")
            row.problems.append(CellProblem("person", words % {"given": text[:60]}))
        return found


def people_by_word(firms: Iterable[UUID]) -> dict[UUID, dict[str, KeyPerson]]:
    """By firm its people in force, by what a table may call them: id, number, or a name that nobody else there has."""
    of_firm: dict[UUID, list[KeyPerson]] = defaultdict(list)
    for one in KeyPerson.objects.filter(object__in=list(firms), active=True):
        of_firm[one.object_id].append(one)
    found = {}
    for firm, people in of_firm.items():
        names = Counter(one.name for one in people)
        words = {one.name: one for one in people if names[one.name] == 1}
        words |= {one.external_id: one for one in people if one.external_id}
        found[firm] = words | {str(one.pk): one for one in people}
    return found
