"""The register kept: objects entered, changed, closed and opened again, and the people who answer for them."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.credit_codes import normal_credit_code
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import all_regions, organisation_by_code, person_by_username, require, scope, visible_organisations
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.policy.posts import post_policy
from tocsin.supervision.objects.policy.register import register, trades
from tocsin.supervision.objects.queries.register import all_visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import (
    PARENTS,
    WITH_CREDIT_CODE,
    NewObject,
    NewPerson,
    ObjectKind,
    part_code,
    part_number,
    place_code,
    site_code,
)
from tocsin.supervision.objects.services.checks import Problem, problems_of, problems_of_person, refuse

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

_TEXTS = ("name", "address", "shifts", "town_code")
_FIXED = ("kind", "parent_id")  # the information code hangs on these


@transaction.atomic
def register_object(*, actor: "User", new: NewObject, entered_at: datetime | None = None) -> SupervisedObject:
    """A new object with its information code. Conflict where credit code and site are there, InvalidInput names fields.

    `entered_at` is when another register, from which it is taken over, has known it since; points begin with that day.
    """
    new = tidied(new)
    require(actor, rights.MANAGE, new.region_code)
    refuse(problems_of(new, _regions()))
    parent = _parent(actor, new)
    _check_bodies(actor, new)
    found = SupervisedObject(
        **columns_of(new),
        kind=new.kind.value,
        parent=parent,
        code=_new_code(new, parent),
        created_at=entered_at or current_time(),
    )
    _save(found, force_insert=True)
    record_audit(actor, "object.registered", "object", found.pk, found.region_code, {"code": found.code, "name": found.name})
    return found


@transaction.atomic
def change_object(*, actor: "User", object_id: UUID, new: NewObject) -> SupervisedObject:
    """The object as told now. Its kind and parent stay; with another credit code or site it gets another information code.

    Signs that are printed hold all the same: they name the object, not its code.
    """
    new = tidied(new)
    found = _locked(actor, object_id)
    require(actor, rights.MANAGE, new.region_code)
    if new.kind.value != found.kind or new.parent_id != found.parent_id:
        raise InvalidInput(_("Kind and parent stay: enter a new object, close this one."))
    refuse(problems_of(new, _regions()))
    _check_bodies(actor, new, found)
    columns = columns_of(new)
    if new.credit_code and (new.credit_code, new.site_number) != (found.credit_code, found.site_number):
        columns["code"] = site_code(register().code.prefix, new.credit_code, new.site_number)
    changed = {name: [getattr(found, name), value] for name, value in columns.items() if getattr(found, name) != value}
    if not changed:
        return found
    for name, (_old, value) in changed.items():
        setattr(found, name, value)
    _save(found, update_fields=list(changed))
    details = {name: [None if one is None else str(one) for one in pair] for name, pair in changed.items()}
    record_audit(actor, "object.changed", "object", found.pk, found.region_code, details)
    return found


@transaction.atomic
def close_object(*, actor: "User", object_id: UUID, reason: str) -> SupervisedObject:
    """The object works no longer: nothing more is due of it, everything that was stays. Conflict for one that is closed."""
    return _set_active(actor, object_id, False, reason)


@transaction.atomic
def reopen_object(*, actor: "User", object_id: UUID, reason: str) -> SupervisedObject:
    """It works again. Conflict for one that is open."""
    return _set_active(actor, object_id, True, reason)


@transaction.atomic
def add_person(*, actor: "User", object_id: UUID, new: NewPerson) -> KeyPerson:
    """Somebody who answers for the object. The firm's own people may enter theirs."""
    found = _locked_for_people(actor, object_id)
    refuse(problems_of_person(new, post_policy().roles))
    person = KeyPerson.objects.create(object=found, user=_account(new.username, found), **_of_person(new))
    _audit_person(actor, "key_person.entered", person, found)
    return person


@transaction.atomic
def change_person(*, actor: "User", person_id: UUID, new: NewPerson) -> KeyPerson:
    """The person as told now; certificates, shifts and signs stay with the person."""
    person = _locked_person(actor, person_id)
    found = _locked_for_people(actor, person.object_id)
    refuse(problems_of_person(new, post_policy().roles))
    for name, value in {**_of_person(new), "user": _account(new.username, found)}.items():
        setattr(person, name, value)
    person.save()
    _audit_person(actor, "key_person.changed", person, found)
    return person


@transaction.atomic
def remove_person(*, actor: "User", person_id: UUID) -> None:
    """The person no longer answers: taken from every list; what was judged of past shifts stays without the telephone number."""
    person = _locked_person(actor, person_id)
    found = _locked_for_people(actor, person.object_id)
    person.active, person.telephone, person.user = False, "", None
    person.save(update_fields=["active", "telephone", "user"])
    _audit_person(actor, "key_person.removed", person, found)


def body_of_trade(department: str, region_code: str) -> UUID | None:
    """The competent body of a trade in a region; None where the region and those above it have none of this code."""
    body = organisation_by_code(department, region_code)
    return body.pk if body else None


def tidied(new: NewObject, body_of: Callable[[str, str], UUID | None] = body_of_trade) -> NewObject:
    """Texts without blanks around them, the credit code in its normal form, what the trade decides filled in.

    `body_of`: the competent body of a department's code in a region; an import remembers the answers.
    """
    texts = {name: getattr(new, name).strip() for name in _TEXTS}
    tidy = replace(new, **texts, credit_code=normal_credit_code(new.credit_code))
    trade = trades().get(new.trade)
    if trade is None:
        return tidy
    return replace(
        tidy,
        risk_class=new.risk_class or trade.risk_class.value,
        directly_supervised=trade.directly_supervised if new.directly_supervised is None else new.directly_supervised,
        competent_id=body_of(trade.department, new.region_code) if new.competent_id is None else new.competent_id,
    )


def as_new(supervised_object: SupervisedObject) -> NewObject:
    """The object as it would be told now: what a form or an import changes one field of."""
    values = {one.name: getattr(supervised_object, one.name) for one in fields(NewObject) if one.name != "kind"}
    return NewObject(kind=ObjectKind(supervised_object.kind), **values)


def columns_of(new: NewObject) -> dict[str, Any]:
    """The values as fields of the row; kind, parent and code are not among them."""
    values = {one.name: getattr(new, one.name) for one in fields(new) if one.name not in _FIXED}
    return {**values, "directly_supervised": bool(new.directly_supervised)}


def _new_code(new: NewObject, parent: SupervisedObject | None) -> str:
    prefix = register().code.prefix
    if new.kind in WITH_CREDIT_CODE and new.credit_code:
        return site_code(prefix, new.credit_code, new.site_number)
    same = SupervisedObject.objects.filter(kind=new.kind.value, parent=parent, credit_code="")
    if parent is None:
        same = same.filter(code__startswith=f"{prefix}-{new.region_code}-")
    number = max(map(part_number, same.values_list("code", flat=True)), default=0) + 1
    return part_code(parent.code, new.kind, number) if parent else place_code(prefix, new.region_code, new.kind, number)


def _parent(actor: "User", new: NewObject) -> SupervisedObject | None:
    """The parent, locked so that its parts are numbered one by one. Who enters a part manages the whole, too."""
    if new.parent_id is None:
        return None
    reachable = scope(SupervisedObject.objects.select_for_update(), actor, rights.MANAGE)
    parent = reachable.filter(pk=new.parent_id, merged_into__isnull=True).first()
    if parent is None or ObjectKind(parent.kind) not in PARENTS[new.kind]:
        raise InvalidInput(_("An object of this kind can't be part of that one."))
    if new.region_code[:4] != parent.region_code[:4]:
        raise InvalidInput(_("A part lies in the city of the whole."))
    return parent


def _check_bodies(actor: "User", new: NewObject, before: SupervisedObject | None = None) -> None:
    """Organisations that are newly named must be visible to who names them."""
    old = () if before is None else (before.competent_id, before.organisation_id)
    trade = trades()[new.trade]
    usual = organisation_by_code(trade.department, new.region_code)
    named = {one for one in (new.competent_id, new.organisation_id) if one is not None and one not in old}
    named -= {usual.pk} if usual else set()
    if named and visible_organisations(actor).filter(pk__in=named).count() != len(named):
        raise InvalidInput(_("Name bodies that you can see on the page of organisations."))


def _save(supervised_object: SupervisedObject, **how: Any) -> None:
    try:
        with transaction.atomic():
            supervised_object.save(**how)
    except IntegrityError:
        raise Conflict(
            _("The register already has site %(site)s of %(code)s.")
            % {"site": supervised_object.site_number, "code": supervised_object.credit_code}
            if supervised_object.credit_code
            else _("The register already has the code %(code)s.") % {"code": supervised_object.code}
        ) from None


def _set_active(actor: "User", object_id: UUID, active: bool, reason: str) -> SupervisedObject:
    found = _locked(actor, object_id)
    if found.active is active:
        raise Conflict(_("This object is closed already.") if not active else _("This object is open."))
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    found.active = active
    found.save(update_fields=["active"])
    told = {"reason": reason.strip()[:500]}
    record_audit(actor, "object.reopened" if active else "object.closed", "object", found.pk, found.region_code, told)
    return found


def _locked(actor: "User", object_id: UUID) -> SupervisedObject:
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    require(actor, rights.MANAGE, found.region_code)
    if found.merged_into_id is not None:
        raise Conflict(_("This object was joined with another: change that one."))
    return found


def _locked_person(actor: "User", person_id: UUID) -> KeyPerson:
    """KeyPerson.DoesNotExist for one whose object the actor does not see, too: in which region it lies is not told."""
    of_visible = KeyPerson.objects.filter(object__in=all_visible_objects(actor), active=True)
    return of_visible.select_for_update(of=("self",)).get(pk=person_id)


def _locked_for_people(actor: "User", object_id: UUID) -> SupervisedObject:
    found = SupervisedObject.objects.select_for_update().get(pk=object_id)
    own = rights.OWN if actor.organisation_id is not None and actor.organisation_id == found.organisation_id else rights.MANAGE
    require(actor, own, found.region_code, (found.organisation_id,))
    if found.merged_into_id is not None:
        raise Conflict(_("This object was joined with another: change that one."))
    return found


def _account(username: str, supervised_object: SupervisedObject) -> "User | None":
    if not username:
        return None
    person = person_by_username(username)
    if person is None or supervised_object.organisation_id is None or person.organisation_id != supervised_object.organisation_id:
        raise InvalidInput(_("There is no account of that name in the firm's organisation."))
    return person


def _of_person(new: NewPerson) -> dict[str, str]:
    return {one.name: getattr(new, one.name).strip() for one in fields(new) if one.name != "username"}


def _audit_person(actor: "User", action: str, person: KeyPerson, supervised_object: SupervisedObject) -> None:
    """The role, never the name: the audit trail is kept longer than the person answers."""
    record_audit(
        actor,
        action,
        "key_person",
        person.pk,
        supervised_object.region_code,
        {"object": str(supervised_object.pk), "role": person.role},
    )


def _regions() -> set[str]:
    return set(all_regions().values_list("code", flat=True))


__all__ = [
    "Problem",
    "add_person",
    "as_new",
    "change_object",
    "change_person",
    "close_object",
    "register_object",
    "remove_person",
    "reopen_object",
    "tidied",
]
