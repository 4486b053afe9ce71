"""Accounts of firms, opened by whoever keeps the register of firms: the lowest of all roles, bound to one's own body."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.accounts import USERNAME, new_one_time_password
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.rules import Role

ENTERPRISE: Final = "enterprise"


@dataclass(frozen=True)
class OneTimePassword:
    """What somebody is handed once, and how it is kept; hashing takes half a second and is done with no transaction open."""

    text: str
    hashed: str

    @classmethod
    def make(cls) -> "OneTimePassword":
        """A random one."""
        text = new_one_time_password()
        return cls(text, make_password(text))


@transaction.atomic
def open_firm_account(
    *, actor: User, code: str, name: str, region_code: str, password: OneTimePassword, known_id: UUID | None = None
) -> tuple[Organisation, User]:
    """A body for the firm (or the known one), an account of that name with that password, the role of a firm's own people.

    The caller has asked for the right over the firm. Where the name is taken a number is set behind it. Conflict where the body
    is none of a firm, InvalidInput for a code that can't be a name.
    """
    body = Organisation.objects.filter(pk=known_id).first() if known_id else None
    if body is None:
        if not USERNAME.fullmatch(code):
            raise InvalidInput(_("%(code)s can't be the name of an account.") % {"code": code[:60]})
        body, _made = Organisation.objects.get_or_create(
            code=code, region_id=region_code, defaults={"name_zh": name[:120], "name_en": name[:120], "kind": ENTERPRISE}
        )
    if body.kind != ENTERPRISE:
        raise Conflict(_("%(body)s is no firm: its people get their accounts from the administrators.") % {"body": str(body)})
    username, number = code, 1
    while User.objects.filter(username=username).exists():
        number += 1
        username = f"{code}-{number}"
    user = User(username=username, password=password.hashed, name=name[:120], organisation=body, must_change_password=True)
    user.save(force_insert=True)
    Grant.objects.create(user=user, role=Role.FIRM_OFFICER.value, region_code=region_code, granted_by=actor)
    details: dict[str, object] = {"username": username, "role": Role.FIRM_OFFICER.value}
    tell(RightsActed(actor, "firm_account.opened", "user", str(user.pk), region_code, details))
    return body, user
