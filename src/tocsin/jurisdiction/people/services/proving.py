"""A person proves once more who they are, before what outlives the session: an open screen or a copied cookie is not enough."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.rules.codes import DIGITS, digits_of
from tocsin.jurisdiction.people.services.browsers import Source
from tocsin.jurisdiction.people.services.logins import check_password
from tocsin.jurisdiction.people.services.second_step import check_second_step

LONGEST: Final = 4096


def prove_person(*, user: User, proof: str, source: Source, now: datetime) -> None:
    """Returns where `proof` is the person's password or a code of their app; InvalidInput, counted by the brake, otherwise.

    Conflict for who has neither: a person who comes by a provider alone sets up the second step first.
    """
    if len(digits_of(proof)) == DIGITS and queries.has_app(user):
        if not check_second_step(user=user, code=proof, source=source, now=now):
            raise InvalidInput(_("This code is wrong."))
    elif user.has_usable_password():
        check_password(user=user, password=proof[:LONGEST], source=source, now=now)
    else:
        raise Conflict(_("Set up the second step of signing in first: its codes are asked for here."))
