"""Two entries of one firm joined, and parted again so that both histories are as they were.

Everything that hangs on the absorbed entry goes over, whatever its model, found by looking at the models themselves. What stays
with its own entry: the ledger and all that explains it, codes printed on signs, and rows that would break a rule of uniqueness
(the same task, the same day's verdict): the kept entry has its own. Each row that went is named in the merge.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import may, require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import ObjectMerge, SupervisedObject
from tocsin.supervision.objects.queries.register import all_visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

STAYS: Final = frozenset(
    {
        "supervision.LedgerDay",
        "supervision.Appeal",
        "supervision.Consequence",
        "supervision.CodeIssue",
        "supervision.ObjectMerge",
        "supervision.SupervisedObject.merged_into",
        "supervision.PlatformRecord.candidate",
    }
)
"""Models, or single fields, whose rows stay with their own entry."""
FILLED: Final = ("address", "lon", "lat", "employees", "shifts", "town_code", "organisation_id", "competent_id")
"""What the kept entry takes from the absorbed one where it knows nothing itself."""
_CHUNK: Final = 500


@transaction.atomic
def merge_objects(*, actor: "User", kept_id: UUID, absorbed_id: UUID, reason: str = "") -> ObjectMerge:
    """The absorbed entry becomes part of the kept one. Conflict where one of them is absorbed already.

    InvalidInput where only the absorbed one has a credit code (keep that one), or where one is part of the other.
    """
    rows = {
        one.pk: one for one in SupervisedObject.objects.select_for_update().filter(pk__in=[kept_id, absorbed_id]).order_by("pk")
    }
    if rows.keys() != {kept_id, absorbed_id}:
        raise SupervisedObject.DoesNotExist
    kept, absorbed = rows[kept_id], rows[absorbed_id]
    require(actor, rights.MANAGE, kept.region_code)
    if not may(actor, rights.MANAGE, absorbed.region_code):
        raise SupervisedObject.DoesNotExist
    if kept_id == absorbed_id:
        raise InvalidInput(_("Choose two different objects."))
    if kept.merged_into_id is not None or absorbed.merged_into_id is not None:
        raise Conflict(_("This object was joined with another already."))
    if absorbed.credit_code and not kept.credit_code:
        raise InvalidInput(_("Keep the entry that has the credit code."))
    if kept.parent_id == absorbed.pk or absorbed.parent_id == kept.pk:
        raise InvalidInput(_("A part is not the same as its whole."))
    moved: dict[str, list[Any]] = {}
    for field in dependent_fields():
        if ids := _move(field, absorbed, kept):
            moved[_label(field)] = ids
    filled = {
        name: [getattr(kept, name), getattr(absorbed, name)]
        for name in FILLED
        if _is_empty(kept, name) and not _is_empty(absorbed, name)
    }
    for name, (_old, value) in filled.items():
        setattr(kept, name, value)
    kept.save(update_fields=list(filled))
    made = ObjectMerge.objects.create(
        kept=kept,
        absorbed=absorbed,
        region_code=kept.region_code,
        at=current_time(),
        by=actor,
        reason=reason.strip()[:500],
        moved={
            "rows": moved,
            "filled": {name: [_plain(one) for one in pair] for name, pair in filled.items()},
            "active": absorbed.active,
        },
    )
    absorbed.merged_into, absorbed.active = kept, False
    absorbed.save(update_fields=["merged_into", "active"])
    told = {"kept": str(kept.pk), "rows": {name: len(ids) for name, ids in moved.items()}, "reason": made.reason}
    record_audit(actor, "object.absorbed", "object", absorbed.pk, absorbed.region_code, told)
    return made


@transaction.atomic
def undo_merge(*, actor: "User", merge_id: UUID) -> ObjectMerge:
    """Both entries as they were: each row that went over goes back, unless it has been given to another or deleted since.

    What came to the kept entry later stays there. Conflict for a merge that is undone, for one whose kept entry was itself
    absorbed since (undo that first), and where another object has taken the credit code meanwhile; ObjectMerge.DoesNotExist where
    the actor does not see the kept entry.
    """
    of_visible = ObjectMerge.objects.filter(kept__in=all_visible_objects(actor)).select_related("kept", "absorbed")
    made = of_visible.select_for_update().get(pk=merge_id)
    kept, absorbed = made.kept, made.absorbed
    for one in (kept, absorbed):
        require(actor, rights.MANAGE, one.region_code)
    if made.undone_at is not None:
        raise Conflict(_("This was undone already."))
    if kept.merged_into_id is not None:
        raise Conflict(_("The kept object was itself joined with another since: undo that first."))
    fields = {_label(field): field for field in dependent_fields()}
    for label, ids in made.moved["rows"].items():
        if label in fields:
            _move_back(fields[label], ids, kept, absorbed)
    back = []
    for name, (old, value) in made.moved["filled"].items():
        if _plain(getattr(kept, name)) == value:
            setattr(kept, name, old)
            back.append(name)
    kept.save(update_fields=back)
    absorbed.merged_into, absorbed.active = None, made.moved["active"]
    try:
        with transaction.atomic():
            absorbed.save(update_fields=["merged_into", "active"])
    except IntegrityError:
        raise Conflict(
            _("Another object has the credit code and site of the absorbed one meanwhile: change that first.")
        ) from None
    made.undone_at, made.undone_by = current_time(), actor
    made.save(update_fields=["undone_at", "undone_by"])
    record_audit(actor, "object.parted", "object", absorbed.pk, absorbed.region_code, {"kept": str(kept.pk)})
    return made


def dependent_fields() -> "Iterator[models.ForeignKey[Any, Any]]":
    """Every foreign key of the capability that leads to an object and whose rows go over in a merge.

    A row whose key is the object itself (the verdict of now) is the object's own and stays.
    """
    for model in apps.get_app_config("supervision").get_models():
        for field in model._meta.concrete_fields:
            if not isinstance(field, models.ForeignKey) or field.related_model is not SupervisedObject:
                continue
            if not field.primary_key and STAYS.isdisjoint({model._meta.label, _label(field)}):
                yield field


def _move(field: "models.ForeignKey[Any, Any]", absorbed: SupervisedObject, kept: SupervisedObject) -> list[Any]:
    """Gives the rows of the absorbed entry to the kept one, except those of which it has its own; the ids of those that went."""
    rows = _free(field, field.model._base_manager.filter(**{field.name: absorbed}), kept)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(ids), _CHUNK):
        field.model._base_manager.filter(pk__in=ids[start : start + _CHUNK]).update(**{field.name: kept})
    return [_plain(one) for one in ids]


def _move_back(field: "models.ForeignKey[Any, Any]", ids: list[Any], kept: SupervisedObject, absorbed: SupervisedObject) -> None:
    for start in range(0, len(ids), _CHUNK):
        rows = field.model._base_manager.filter(pk__in=ids[start : start + _CHUNK], **{field.name: kept})
        free = list(_free(field, rows, absorbed).values_list("pk", flat=True))
        field.model._base_manager.filter(pk__in=free).update(**{field.name: absorbed})


def _free(field: "models.ForeignKey[Any, Any]", rows: "models.QuerySet[Any]", owner: SupervisedObject) -> "models.QuerySet[Any]":
    """The rows that the owner may get without breaking a rule of uniqueness."""
    for taken in _uniques(field, owner):
        rows = rows.exclude(taken)
    return rows


def _uniques(field: "models.ForeignKey[Any, Any]", owner: SupervisedObject) -> Iterator[Q]:
    """For each rule of uniqueness that the field takes part in: the rows of which the owner has a like one."""
    if field.unique:
        yield Q(Exists(field.model._base_manager.filter(**{field.name: owner})))
    for rule in field.model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and field.name in rule.fields:
            others = {name: OuterRef(name) for name in rule.fields if name != field.name}
            like = field.model._base_manager.filter(**{field.name: owner}, **others)
            if rule.condition is not None:
                yield Q(Exists(like.filter(rule.condition))) & rule.condition
            else:
                yield Q(Exists(like))


def _label(field: "models.ForeignKey[Any, Any]") -> str:
    return f"{field.model._meta.label}.{field.name}"


def _is_empty(supervised_object: SupervisedObject, name: str) -> bool:
    return getattr(supervised_object, name) in (None, "")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
