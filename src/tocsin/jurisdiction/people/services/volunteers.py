"""Accounts of volunteers: the role that reaches its holder alone, opened by whoever keeps the register, or by oneself."""

import secrets
from datetime import datetime
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.accounts import USERNAME, new_one_time_password
from tocsin.jurisdiction.people.services.sessions import end_sessions
from tocsin.jurisdiction.rights.events import RightsActed, tell
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.queries import forget_held
from tocsin.jurisdiction.rights.rules import Role

INVITED: Final = "v-"  # what the user name of an invited one begins with


def new_volunteer_account(*, name: str, username: str = "", password: str = "", language: str = "") -> tuple[User, str]:
    """An account that is not saved yet, and its one-time password where none was chosen; hashing is done here, before a
    transaction. InvalidInput for a weak password or a name that can't be one.
    """
    username = username.strip().lower() or f"{INVITED}{secrets.randbelow(10**8):08d}"
    if not USERNAME.fullmatch(username):
        raise InvalidInput(_("A user name has 2 to 60 lower-case letters, digits, dots, dashes or underscores."))
    one_time = "" if password else new_one_time_password()
    user = User(username=username, name=name.strip()[:120], language=language, must_change_password=bool(one_time))
    if password:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise InvalidInput(" ".join(error.messages)) from None
    user.set_password(password or one_time)
    return user, one_time


@transaction.atomic
def open_volunteer_account(*, actor: User | None, user: User, region_code: str) -> User:
    """Saves the account with the role of a volunteer in that region; None acts for a stranger who registers. The caller has
    asked for the right over the region. Conflict where the user name is taken.
    """
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise Conflict(_("The user name %(username)s is taken.") % {"username": user.username}) from None
    Grant.objects.create(user=user, role=Role.VOLUNTEER.value, region_code=region_code, granted_by=actor)
    details: dict[str, object] = {"username": user.username, "role": Role.VOLUNTEER.value}
    tell(RightsActed(actor or user, "volunteer_account.opened", "user", str(user.pk), region_code, details))
    return user


@transaction.atomic
def close_volunteer_account(*, actor: User, user: User, now: datetime) -> None:
    """The role goes with every number; who holds no other role loses the account too: sessions and tokens end, the name goes,
    and after its time the user name. `now` is the machine's.
    """
    region = user.grants.filter(role=Role.VOLUNTEER.value).values_list("region_code", flat=True).first() or "000000"
    user.grants.filter(role=Role.VOLUNTEER.value).delete()
    forget_held(user)
    if not user.grants.exists():
        user.contact_points.all().delete()
        user.tokens.all().delete()
        end_sessions(user=user)
        user.is_active, user.left_at, user.name = False, now, ""
        user.save(update_fields=["is_active", "left_at", "name"])
    tell(RightsActed(actor, "volunteer_account.closed", "user", str(user.pk), region, {}))
