"""Programs that ask for a few devices with a day of readings."""

import pytest
from django.utils import timezone

from tests.people import make_person
from tests.sensing.things.city import LICANG, Ask, asking
from tests.sensing.things.filled import city as city
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token


@pytest.fixture
def person(city: dict[str, str]) -> User:
    """Somebody who sees Licang."""
    return make_person("viewer", LICANG)


@pytest.fixture
def ask(person: User) -> Ask:
    """`ask("/Things", **{"$top": 1})`: the JSON that a program of that person gets, in English; `status` is what is expected."""
    token = create_token(user=person, name="program", scopes=("sensors.see", "history.see"), now=timezone.now())[1]
    return asking(token)
