"""Accounts for firms: a body, an account with a one-time password and the role for each object that has none yet, at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import OneTimePassword, open_firm_account, require, require_person_at_screen
from tocsin.records.face import record_audit
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import WITH_CREDIT_CODE

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True)
class NewAccount:
    """What a firm is handed, once: nobody can read the password again."""

    object: SupervisedObject
    username: str
    password: str


def open_accounts(*, actor: "User", objects: Iterable[SupervisedObject]) -> list[NewAccount]:
    """An account for each of these objects of which no body is known yet; those that have one are passed over.

    By the keepers of the register in the object's area, in person. InvalidInput where nothing is left to do, and for too many.
    """
    require_person_at_screen(actor)
    wanted = [one for one in objects if one.organisation_id is None and one.kind in WITH_CREDIT_CODE and one.active]
    if not wanted:
        raise InvalidInput(_("All of these have an account already, or can't have one."))
    if len(wanted) > MOST_AT_ONCE:
        raise InvalidInput(_("At most %(most)d accounts at once: narrow the list.") % {"most": MOST_AT_ONCE})
    for one in wanted:
        require(actor, rights.MANAGE, one.region_code)
    prepared = [(one, OneTimePassword.make()) for one in sorted(wanted, key=lambda one: one.code)]
    with transaction.atomic():
        return [_open(actor, one, password) for one, password in prepared]


def _open(actor: "User", supervised_object: SupervisedObject, password: OneTimePassword) -> NewAccount:
    require(actor, rights.MANAGE, supervised_object.region_code)
    locked = SupervisedObject.objects.select_for_update().get(pk=supervised_object.pk)
    body, user = open_firm_account(
        actor=actor,
        code=_username(locked),
        name=locked.name,
        region_code=locked.region_code,
        password=password,
        known_id=_same_firm(locked),
    )
    locked.organisation = body
    locked.save(update_fields=["organisation"])
    record_audit(actor, "object.account_opened", "object", locked.pk, locked.region_code, {"username": user.username})
    return NewAccount(locked, user.username, password.text)


def _username(supervised_object: SupervisedObject) -> str:
    """The credit code and the site where there is one, else the information code: what the firm can read on its own papers."""
    code = supervised_object.credit_code.lower()
    return f"{code}-{supervised_object.site_number}" if code else supervised_object.code.lower()[:60]


def _same_firm(supervised_object: SupervisedObject) -> UUID | None:
    """The body of another site of the same firm, or of the whole it belongs to."""
    if supervised_object.parent is not None and supervised_object.parent.organisation_id is not None:
        return supervised_object.parent.organisation_id
    if not supervised_object.credit_code:
        return None
    same = SupervisedObject.objects.filter(credit_code=supervised_object.credit_code, organisation__isnull=False)
    return same.values_list("organisation", flat=True).first()
