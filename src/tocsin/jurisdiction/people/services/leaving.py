"""People whose account was closed long ago: a pseudonym stays in their place, so that histories stay whole."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.rules.leaving import PSEUDONYM
from tocsin.jurisdiction.people.services.browsers import forget_browsers
from tocsin.jurisdiction.people.services.second_step import forget_second_step
from tocsin.jurisdiction.rights.queries import SYSTEM_ID

BATCH: Final = 50


def people_who_left(before: datetime) -> QuerySet[User]:
    """Accounts that were closed before that time and still name somebody."""
    closed = User.objects.filter(is_active=False, left_at__lt=before).exclude(pk=SYSTEM_ID)
    return closed.exclude(username__startswith=PSEUDONYM).order_by("left_at")


@transaction.atomic
def forget_people(before: datetime) -> int:
    """Name, user name, numbers, roles and ways in of a few of them go; the row stays, and what they did names the pseudonym.

    What the audit trail sealed under their name stays there for as long as it is kept.
    """
    people = list(people_who_left(before).select_for_update(of=("self",))[:BATCH])
    for person in people:
        person.contact_points.all().delete()
        person.grants.all().delete()
        person.tokens.all().delete()
        forget_second_step(user=person)
        forget_browsers(user=person)
        person.list_views.filter(organisation=None).delete()  # those that the body shares stay with it
        if hasattr(person, "contact_preference"):
            person.contact_preference.delete()
        person.username, person.name, person.language = f"{PSEUDONYM}{person.pk.hex[-12:]}", "", ""
        person.set_unusable_password()
        person.save(update_fields=["username", "name", "language", "password"])
    return len(people)
