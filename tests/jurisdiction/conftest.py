"""A small installation: Qingdao with two of its districts, Yantai beside it, and people of every role."""

from collections.abc import Callable, Iterator

import pytest
from django.test import override_settings
from django.utils import translation

from tocsin.jurisdiction.areas import services
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import (
    accounts as services_accounts,
)
from tocsin.jurisdiction.people.services import (
    grants as services_grants,
)
from tocsin.jurisdiction.people.services import (
    start as services_start,
)
from tocsin.jurisdiction.people.services import (
    system as services_system,
)

PASSWORD = "a lantern for 7 ships"
QINGDAO, LICANG, SHINAN, YANTAI, ZHIFU = "370200", "370213", "370202", "370600", "370602"

PersonMaker = Callable[..., User]


@pytest.fixture(autouse=True)
def quick_passwords() -> Iterator[None]:
    """PBKDF2 as in service takes a third of a second for each account."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """What services say is compared in English, whatever translations are compiled."""
    with translation.override("en"):
        yield


@pytest.fixture
def regions(db: None) -> None:
    services.ensure_regions()


@pytest.fixture
def make_person(regions: None) -> PersonMaker:
    """`make_person("duty_officer", LICANG)`: an account with one role, signed by the machine."""
    counter = iter(range(1000))

    def make(role: str = "", region_code: str = LICANG, *, username: str = "", organisation: str = "monitoring_centre") -> User:
        actor = services_system.system_actor()
        organisations = services_start.ensure_organisations(region_code)
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
