"""Loading orders from tables: how a row is judged, written and undone. An order is known by its firm and its number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.written_hours import read_moment
from tocsin.records.face import difference, kept_of, record_audits, undo_plain
from tocsin.records.imports.rules import CellChange, CellProblem, ImportKind, ImportVerdict, Row, Written
from tocsin.supervision.face import SupervisedObject, visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.vehicles.models import LoadingOrder, PlateReading
from tocsin.vision.vehicles.policy import vehicle_policy
from tocsin.vision.vehicles.queries import keeps_orders
from tocsin.vision.vehicles.rules.orders import AWAITED, LoadingWay, OrderFacts, problems_of, tidy_plate
from tocsin.vision.vehicles.rules.tables import ENGLISH_EXAMPLE, EXAMPLE, HEADINGS, NEEDED, WAYS
from tocsin.vision.vehicles.services.orders import note, write_changed

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

KIND: Final = "loading-orders"
AT_ONCE: Final = 300  # words of one query
TEXTS: Final = ("reference", "goods", "carrier", "point", "permit")


@dataclass
class _Found:
    firm: SupervisedObject
    values: dict[str, object]
    before: LoadingOrder | None
    changed: dict[str, list[Any]] = field(default_factory=dict)


def judge_orders(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> None:
    """Against the orders of the firms that are named: some queries for every 300 of them."""
    firms = _firms(actor, region_code, rows)
    ids = {one.pk for named in firms.values() for one in named}
    cameras = {(one.object_id, one.code): one.pk for one in Camera.objects.filter(object__in=ids)}
    known: dict[tuple[UUID, str], LoadingOrder] = {}
    for part in batched(sorted({row.cells.get("reference", "") for row in rows}), AT_ONCE):
        there = LoadingOrder.objects.filter(object__in=ids, reference__in=part).select_related("camera")
        known |= {(one.object_id, one.reference): one for one in there}
    seen: dict[tuple[UUID, str], int] = {}
    for row in rows:
        row.name = " ".join(filter(None, (row.cells.get("reference", ""), row.cells.get("plate", ""))))[:120]
        firm, values = _firm(row, firms), _values(row)
        if firm is None or values is None:
            continue
        key = (firm.pk, str(values["reference"]))
        if key in seen:
            row.problems.append(CellProblem("reference", _("Line %(line)s has the same number.") % {"line": seen[key]}))
            continue
        seen[key] = row.line
        values["camera_id"] = _camera(row, firm, cameras)
        if not row.problems:
            _compare(row, _Found(firm, values, known.get(key)))


def _firms(actor: "User", region_code: str, rows: Sequence[Row]) -> dict[str, list[SupervisedObject]]:
    """By what rows call them the firms for which the person enters orders; "" is the person's own."""
    words, found = {row.cells.get("firm", "") for row in rows} - {""}, dict[str, list[SupervisedObject]]()
    within = visible_objects(actor).filter(active=True)
    if region_code:
        within = within.filter(region_code=region_code)
    own = list(within.filter(organisation=actor.organisation_id)) if actor.organisation_id is not None else []
    found[""] = [one for one in own if keeps_orders(actor, one)]
    for part in batched(sorted(words), AT_ONCE):
        named = Q(code__in=part) | Q(credit_code__in=part) | Q(name__in=part)
        for one in within.filter(named):
            if keeps_orders(actor, one):
                for word in {one.code, one.credit_code, one.name} & set(part):
                    found.setdefault(word, []).append(one)
    return found


def _firm(row: Row, firms: dict[str, list[SupervisedObject]]) -> SupervisedObject | None:
    text = row.cells.get("firm", "")
    named = firms.get(text, [])
    if len(named) == 1:
        return named[0]
    if not text:
        words = _("Name the firm by its code.")
    elif named:
        words = _("Two supervised objects are called “%(given)s”: write the code.") % {"given": text[:60]}
    else:
        words = _("There is no firm “%(firm)s” here that you may enter this for.") % {"firm": text[:60]}
    row.problems.append(CellProblem("firm", words))
    return None


def _values(row: Row) -> dict[str, object] | None:
    """The columns of an order; None where a cell can't be read or is wrong."""
    cells = row.cells
    plates = {column: _plate(row, column) for column in ("plate", "trailer")}
    way = WAYS.get(cells.get("way", "").strip().lower())
    if way is None:
        row.problems.append(CellProblem("way", _("Write 装车 or 卸车, loading or unloading.")))
    moments = {column: _moment(row, column) for column in ("from_at", "until_at")}
    amount = _amount(row)
    from_at, until_at = moments["from_at"], moments["until_at"]
    if row.problems or from_at is None or until_at is None:
        return None
    facts = OrderFacts(
        **{name: cells.get(name, "").strip() for name in TEXTS},
        plate=plates["plate"],
        trailer=plates["trailer"],
        way=way or LoadingWay.LOADING,
        from_at=from_at,
        until_at=until_at,
        amount_t=amount,
    )
    row.problems += [CellProblem(column, str(text)) for column, text in problems_of(facts)]
    return None if row.problems else {**vars(facts), "way": facts.way.value}


def _plate(row: Row, column: str) -> str:
    text = row.cells.get(column, "")
    if not text and column == "trailer":
        return ""
    try:
        return tidy_plate(text)
    except InvalidInput as refusal:
        row.problems.append(CellProblem(column, str(refusal)))
        return ""


def _moment(row: Row, column: str) -> datetime | None:
    text = row.cells.get(column, "")
    try:
        return read_moment(text, timezone.get_default_timezone()).astimezone(UTC)  # differences are told of texts
    except (ValueError, OverflowError):
        row.problems.append(CellProblem(column, _("“%(given)s” is no time: write 2026-11-25 08:00.") % {"given": text[:40]}))
        return None


def _amount(row: Row) -> float | None:
    text = row.cells.get("amount_t", "").removesuffix("t").removesuffix("吨").strip()
    try:
        return float(text) if text else None
    except ValueError:
        row.problems.append(CellProblem("amount_t", _("“%(given)s” is no number.") % {"given": text[:40]}))
        return None


def _camera(row: Row, firm: SupervisedObject, cameras: dict[tuple[UUID | None, str], UUID]) -> UUID | None:
    text = row.cells.get("camera", "").removeprefix("'")
    found = cameras.get((firm.pk, text))
    if text and found is None:
        words = _("The firm has no camera of the code %(given)s: leave it empty for any of its cameras.")
        row.problems.append(CellProblem("camera", words % {"given": text[:40]}))
    return found


def _compare(row: Row, found: _Found) -> None:
    row.found = found
    if found.before is None:
        row.verdict = ImportVerdict.NEW
        return
    found.changed = difference(found.before, found.values)
    if found.changed and found.before.state not in AWAITED:
        words = _("Order %(number)s is changed no more: its vehicle came, or it was cancelled.")
        row.problems.append(CellProblem("reference", words % {"number": found.before.reference}))
        return
    row.changes = [
        CellChange("camera" if name == "camera_id" else name, _as_text(found.before, name), row.cells.get(name, ""))
        for name in found.changed
    ]
    row.verdict = ImportVerdict.CHANGED if found.changed else ImportVerdict.SAME


def _as_text(order: LoadingOrder, name: str) -> str:
    value = order.camera.code if name == "camera_id" and order.camera else getattr(order, name)
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value)


def write_orders(*, actor: "User", region_code: str, rows: Sequence[Row], now: datetime) -> list[Written]:
    """New orders and changed ones, each with its entry in the audit trail."""
    return [_write(actor, row.found, now) for row in rows]


def _write(actor: "User", found: _Found, now: datetime) -> Written:
    if found.before is None:
        made = LoadingOrder.objects.create(object=found.firm, state_at=now, entered_at=now, entered_by=actor, **found.values)
        note(actor, "loading_order.entered", made)
        return Written(made.pk, {"new": True, "fields": kept_of(made, names=(*found.values, "state"))})
    held = LoadingOrder.objects.select_for_update(of=("self",)).select_related("object").get(pk=found.before.pk)
    changed = difference(held, found.values)
    if changed.keys() != found.changed.keys():
        raise Conflict(_("Order %(number)s was changed meanwhile: judge the file anew.") % {"number": held.reference})
    state = held.state
    write_changed(held, found.values, now)
    note(actor, "loading_order.changed", held)
    if state != held.state:
        changed["state"] = [state, held.state]
    return Written(held.pk, {"new": False, "fields": changed})


def undo_orders(*, actor: "User", region_code: str, written: Sequence[Written], written_at: datetime, now: datetime) -> None:
    """New orders go, changed ones hold again what they held. Conflict where a vehicle came or one was changed since."""
    firms = SupervisedObject.objects.filter(
        pk__in=LoadingOrder.objects.filter(pk__in=[one.id for one in written]).values("object")
    )
    if not all(keeps_orders(actor, one) for one in firms):
        raise Conflict(_("You do not keep the orders of every firm of this file any more."))
    if PlateReading.objects.filter(order__in=[one.id for one in written]).exists():
        raise Conflict(_("A plate was compared with an order of this file: it can't be undone."))
    regions = {one.pk: one.region_code for one in firms}
    gone, restored = undo_plain(LoadingOrder, written)
    for act, rows in (("loading_order.undone", gone), ("loading_order.restored", restored)):
        told = [(one.pk, regions[one.object_id], {"reference": one.reference, "object": str(one.object_id)}) for one in rows]
        record_audits(actor, act, "loading_order", told)


LOADING_ORDERS: Final = ImportKind(
    name=KIND,
    title=pgettext_lazy("rows of a table", "Loading orders"),
    permission=rights.MANAGE,
    own=rights.OWN,
    headings=lambda: HEADINGS,
    needed=NEEDED,
    example=EXAMPLE,
    english_example=ENGLISH_EXAMPLE,
    page="loading_orders",
    judge=judge_orders,
    write=write_orders,
    undo=undo_orders,
    limits=lambda: vehicle_policy().table,
)
