"""Lists of what is handed over and given back: written by one side, signed by the other.

With the second signature they count, and the ledger has their lines in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.records.face import Prepared, keep_prepared, prepare_attachment
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requisitions.models import Requisition, RequisitionLine, RequisitionList, RequisitionRow
from tocsin.supplies.requisitions.queries.requisitions import account_of, goods_of_list, open_lines, visible_requisitions
from tocsin.supplies.requisitions.rules.account import Accounting, Returned, judge_return
from tocsin.supplies.requisitions.rules.states import ListKind, RequisitionAct, RequisitionState, next_state
from tocsin.supplies.requisitions.services.goods import give_back_goods, take_goods, tell_request
from tocsin.supplies.requisitions.services.notes import note, tell_owner
from tocsin.supplies.requisitions.services.steps import go_on, locked, require_manager, word_of_owner
from tocsin.supplies.stock.models import Store
from tocsin.supplies.stock.services.acts import store_within

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_ACTS = {ListKind.HAND_OVER: RequisitionAct.HAND_OVER, ListKind.RETURN: RequisitionAct.GIVE_BACK}


@dataclass(frozen=True, kw_only=True)
class NewRow:
    """One line of a list, in thousandths. Of a hand-over `whole` alone counts."""

    line_id: UUID
    whole: int = 0
    damaged: int = 0
    consumed: int = 0
    lost: int = 0
    condition: str = ""
    expires_on: date | None = None

    @property
    def returned(self) -> Returned:
        """As the account reads it."""
        return Returned(whole=self.whole, damaged=self.damaged, consumed=self.consumed, lost=self.lost)


def write_list(
    *,
    actor: "User",
    requisition_id: UUID,
    kind: ListKind,
    rows: Sequence[NewRow],
    now: datetime,
    at: datetime | None = None,
    store_id: UUID | None = None,
    text: str = "",
    photos: Mapping[UUID, tuple[bytes, str]] | None = None,
) -> RequisitionList:
    """An officer writes what is handed over or given back, with its state and photos; the owner is asked to sign.

    InvalidInput names the row that does not fit; Conflict where a list waits already.
    """
    prepared = {line: prepare_attachment(actor=actor, data=data, name=name) for line, (data, name) in (photos or {}).items()}
    with transaction.atomic():
        requisition = locked(actor, requisition_id)
        require_manager(actor, requisition)
        if next_state(RequisitionState(requisition.state), _ACTS[kind]) is None:
            raise Conflict(_("The requisition is not at this step: look at it again."))
        if requisition.lists.filter(signed_at=None).exists():
            raise Conflict(_("A list waits for its signature: have it signed, or drop it."))
        if at is not None and at > now:
            raise InvalidInput(_("This lies in the future: enter when it happened."))
        store = store_within(actor, store_id, rights.RESERVE) if store_id else None
        lines = {one.pk: one for one in requisition.lines.select_related("item", "holding", "source")}
        wanted = [one for one in rows if one.returned.sum or one.condition.strip()]
        if not wanted:
            raise InvalidInput(_("Enter how much of at least one line."))
        last = requisition.lists.order_by("-number").values_list("number", flat=True).first() or 0
        made = RequisitionList.objects.create(
            requisition=requisition,
            number=last + 1,
            kind=kind.value,
            at=at or now,
            store=store,
            text=storable(text.strip())[:300],
            written_at=now,
            written_by=actor,
        )
        for one in wanted:
            line = lines.get(one.line_id)
            if line is None:
                raise InvalidInput(_("There is no such line in this requisition."))
            _check(kind, line, one, store)
            _keep(actor, made, line, one, prepared.get(line.pk), now)
        note(
            requisition,
            "list_out" if kind is ListKind.HAND_OVER else "list_back",
            now,
            actor,
            text,
            figures={"list": made.number, "goods": goods_of_list(made)},
        )
        tell_owner(requisition, "list", now, goods=goods_of_list(made))
        return made


def _keep(
    actor: "User", made: RequisitionList, line: RequisitionLine, row: NewRow, photo: Prepared | None, now: datetime
) -> None:
    kept = None if photo is None else _attach(actor, made.requisition, made.number, line, photo, now)
    counts = {name: getattr(row, name) for name in ("whole", "damaged", "consumed", "lost")}
    words = storable(row.condition.strip())[:300]
    RequisitionRow.objects.create(list=made, line=line, condition=words, expires_on=row.expires_on, photo=kept, **counts)


def add_photo(*, actor: "User", requisition_id: UUID, line_id: UUID, data: bytes, name: str, now: datetime) -> RequisitionRow:
    """A photo of one line of the list that waits for its signature; a second one takes the place of the first."""
    prepared = prepare_attachment(actor=actor, data=data, name=name)
    with transaction.atomic():
        requisition = locked(actor, requisition_id)
        require_manager(actor, requisition)
        row = RequisitionRow.objects.select_related("list", "line").filter(
            list__requisition=requisition, list__signed_at=None, line=line_id
        )
        found = row.first()
        if found is None:
            raise Conflict(_("No list with this line waits for its signature: write one first."))
        found.photo = _attach(actor, requisition, found.list.number, found.line, prepared, now)
        found.save(update_fields=["photo"])
        note(requisition, "photo", now, actor, figures={"list": found.list.number, "words": found.line.words})
        return found


def _attach(actor: "User", requisition: Requisition, number: int, line: RequisitionLine, photo: Prepared, now: datetime) -> UUID:
    if not photo.is_picture:
        raise InvalidInput(_("%(line)s: send a photo.") % {"line": line.words})
    caption = f"{requisition.number} {number} {line.words}"[:200]
    return keep_prepared(
        photo,
        actor=actor,
        object_type="requisition",
        object_id=requisition.pk,
        region_code=requisition.region_code,
        now=now,
        caption=caption,
    ).pk


def _check(kind: ListKind, line: RequisitionLine, row: NewRow, store: Store | None) -> None:
    """InvalidInput where a row does not fit its line."""
    told = {"line": line.words}
    if min(row.whole, row.damaged, row.consumed, row.lost) < 0:
        raise InvalidInput(_("%(line)s: no amount lies below 0.") % told)
    if kind is ListKind.HAND_OVER:
        if row.damaged or row.consumed or row.lost or not row.whole:
            raise InvalidInput(_("%(line)s: enter how much is handed over.") % told)
        if line.taken + row.whole > line.amount:
            raise InvalidInput(_("%(line)s: no more is handed over than the decision names.") % told)
        if line.item is not None and store is None:
            raise InvalidInput(_("%(line)s: say into which store it comes.") % told)
        if line.item is not None and line.item.perishable and row.expires_on is None and line.source is None:
            raise InvalidInput(_("%(line)s: enter its last day, as the pack says.") % told)
        return
    match judge_return(account_of(line), row.returned):
        case Accounting.NOTHING:
            raise InvalidInput(_("%(line)s: enter how much.") % told)
        case Accounting.TOO_MUCH:
            raise InvalidInput(_("%(line)s: that is more than is still open.") % told)
        case Accounting.NOT_AT_HAND:
            raise InvalidInput(
                _("%(line)s: less than that lies in the store now. Bring it back from its delivery, or free it, before.") % told
            )
        case Accounting.STILL_THERE:
            raise InvalidInput(
                _("%(line)s: the ledger has it in the store or out with a delivery. Enter there that it is used up or lost.")
                % told
            )


@transaction.atomic
def sign_list(*, actor: "User", list_id: UUID, said_by: str = "", now: datetime) -> RequisitionList:
    """The owner signs, or a second officer for the owner's word. The list counts from now on, and so does the ledger."""
    made, requisition = _open_list(actor, list_id)
    said = word_of_owner(actor, requisition, said_by)
    if made.written_by_id == actor.pk:
        raise Conflict(_("Whoever wrote the list does not sign for the other side."))
    kind = ListKind(made.kind)
    go_on(requisition, _ACTS[kind], now)
    rows = list(made.rows.select_related("line__item", "line__holding__store", "line__source__store", "line__source__lot"))
    for row in rows:
        counts = NewRow(
            line_id=row.line_id,
            whole=row.whole,
            damaged=row.damaged,
            consumed=row.consumed,
            lost=row.lost,
            expires_on=row.expires_on,
        )
        _check(kind, row.line, counts, made.store)
    made.signed_at, made.signed_by, made.signed_for = now, actor, said
    made.save()
    if kind is ListKind.HAND_OVER:
        _take(actor, requisition, made, rows, now)
    else:
        _give_back(actor, requisition, made, rows, now)
    requisition.save()
    return made


def _take(actor: "User", requisition: Requisition, made: RequisitionList, rows: Sequence[RequisitionRow], now: datetime) -> None:
    take_goods(actor, requisition, made, [one for one in rows if one.line.item_id is not None], now)
    for row in rows:
        row.line.taken += row.whole
        row.line.save(update_fields=["taken", "holding"])
    note(requisition, "handed_over", now, actor, said_by=made.signed_for, figures=_figures(made))
    if any(one.line.item_id is not None for one in rows):
        tell_request(requisition, now)


def _give_back(
    actor: "User", requisition: Requisition, made: RequisitionList, rows: Sequence[RequisitionRow], now: datetime
) -> None:
    give_back_goods(actor, requisition, [one for one in rows if one.line.item_id is not None], now)
    for row in rows:
        for name in ("whole", "damaged", "consumed", "lost"):
            setattr(row.line, name, getattr(row.line, name) + getattr(row, name))
        row.line.save(update_fields=["whole", "damaged", "consumed", "lost"])
    note(requisition, "given_back", now, actor, said_by=made.signed_for, figures=_figures(made))
    if not open_lines(requisition).exists():
        go_on(requisition, RequisitionAct.ACCOUNT, now)
        note(requisition, "accounted", now, actor)
        due = requisition.due_at
        tell_owner(requisition, "returned", now, until="" if due is None else due.strftime("%Y-%m-%d"))


@transaction.atomic
def drop_list(*, actor: "User", list_id: UUID, reason: str, now: datetime) -> Requisition:
    """A list that nobody has signed is taken away; the time line keeps that it was there, and why it went."""
    made, requisition = _open_list(actor, list_id)
    require_manager(actor, requisition)
    if not reason.strip():
        raise InvalidInput(_("Say why the list is dropped."))
    note(requisition, "list_off", now, actor, reason, figures=_figures(made))
    made.delete()
    return requisition


def _open_list(actor: "User", list_id: UUID) -> tuple[RequisitionList, Requisition]:
    seen = RequisitionList.objects.filter(pk=list_id, requisition__in=visible_requisitions(actor).order_by().values("pk"))
    requisition = locked(actor, seen.values_list("requisition_id", flat=True).get())
    made = requisition.lists.select_related("store", "requisition").select_for_update(of=("self",)).get(pk=list_id)
    made.requisition = requisition
    if made.signed_at is not None:
        raise Conflict(_("This list is signed."))
    return made, requisition


def _figures(made: RequisitionList) -> dict[str, object]:
    return {"list": made.number, "goods": goods_of_list(made)}
