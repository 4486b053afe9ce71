"""Keys for enrolment, cut to what a person may see."""

from typing import Final

from django.db.models import QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.onboarding.models import Enrolment, EnrolmentKey

MANAGE: Final = "sensors.manage"


def visible_keys(user: Person) -> QuerySet[EnrolmentKey]:
    """Keys for regions whose sensors the user manages, newest first."""
    return scope(EnrolmentKey.objects.select_related("made_by", "organisation", "like", "model"), user, MANAGE)


def enrolments_of(key: EnrolmentKey) -> QuerySet[Enrolment]:
    """The devices that came in by a key, the newest first."""
    return key.enrolments.select_related("device")
