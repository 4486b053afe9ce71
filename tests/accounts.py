"""Accounts in tests of rights: made by the services, as an administrator makes them."""

import dataclasses
from collections.abc import Callable

import pytest
from django.conf import settings

from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.areas import services
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import (
    accounts as services_accounts,
)
from tocsin.jurisdiction.people.services import (
    grants as services_grants,
)
from tocsin.jurisdiction.people.services import (
    system as services_system,
)
from tocsin.portal.configuration import Configuration

PASSWORD = "a lantern for 7 ships"

PersonMaker = Callable[..., User]


def in_service() -> Configuration:
    """An installation that people reach from elsewhere: officers and above must have a second step at once."""
    return dataclasses.replace(settings.CONFIGURATION, second_step="demanded", public_hosts=("tocsin.example.org",))


def on_a_laptop() -> Configuration:
    """One that demands the second step, too, and that only its own machine reaches."""
    beyond = {"http_host": "127.0.0.1", "public_hosts": (), "trusted_proxies": (), "behind_https": False}
    return dataclasses.replace(settings.CONFIGURATION, second_step="demanded", **beyond)


@pytest.fixture
def regions(db: None) -> None:
    services.ensure_regions()


@pytest.fixture
def make_person(regions: None) -> PersonMaker:
    """`make_person("duty_officer", LICANG)`: an account with one role, signed by the machine."""
    counter = iter(range(1000))

    def make(role: str = "", region_code: str = LICANG, *, username: str = "", organisation: str = "monitoring_centre") -> User:
        actor = services_system.system_actor()
        organisations = usual_bodies(region_code)
        user, _none = services_accounts.create_person(
            actor=actor,
            username=username or f"{role or 'nobody'}{next(counter)}",
            organisation_id=organisations[organisation].pk,
            password=PASSWORD,
        )
        if role:
            services_grants.grant_role(actor=actor, user=user, role=role, region_code=region_code)
        return User.objects.get(pk=user.pk)

    return make
