"""One-time passwords on paper: a slip for each person, cut apart and handed over. Nobody can print the same ones again."""

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.face import hand_out_passwords, people_without_password, require
from tocsin.records.audit.services import record_audit
from tocsin.records.papers.services.printing import print_paper, product_title

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

AT_ONCE: Final = 20
"""People of one sheet: hashing a password takes half a second on purpose, and the press waits for all of them."""


def print_slips(*, actor: "User", region_code: str, again: bool, address: str, now: datetime) -> bytes:
    """A PDF with a slip for each of the next AT_ONCE people of the area who never signed in and have no password yet; `again`
    also for those whose slip was lost, whose password is then a new one.

    Conflict where nobody is left. The slips bear `address`, where one signs in.
    """
    require(actor, "people.manage", region_code)
    people = people_without_password(actor, region_code, again=again)[:AT_ONCE]
    if not people:
        raise Conflict(_("Everybody in this area has a password already."))
    handed = hand_out_passwords(actor=actor, people=people)
    values = {
        "title": _("One-time passwords"),
        "number": str(len(handed)),
        "printed_at": now,
        "words": {
            "platform": product_title(),
            "address": _("Address"),
            "username": _("User name"),
            "password": _("One-time password"),
            "hint": _("You choose a password of your own when you first sign in. Then destroy this slip."),
        },
        "address": address,
        "slips": [
            {"name": str(one), "body": str(one.organisation or ""), "username": one.username, "password": text}
            for one, text in handed
        ],
    }
    document = print_paper("password_slips", values, language=get_language() or settings.LANGUAGE_CODE, owner=actor.pk)
    with transaction.atomic():
        told: dict[str, object] = {"people": [one.username for one, _text in handed]}
        told["sha256"] = hashlib.sha256(document).hexdigest()
        record_audit(actor, "passwords.printed", "region", region_code, region_code, told)
    return document
