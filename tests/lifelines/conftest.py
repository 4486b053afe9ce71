"""Two counties, the network, and people with and without rights."""

import pytest

from tests.accounts import regions as regions
from tests.lifelines.street import street
from tests.people import LICANG, SHINAN, make_person
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.services.networks import import_network


@pytest.fixture
def loaded(regions: None) -> None:
    import_network(actor=system_actor(), features=street(), region_code=LICANG)


@pytest.fixture
def viewer(regions: None) -> User:
    return make_person("viewer", LICANG)


@pytest.fixture
def stranger(regions: None) -> User:
    return make_person("viewer", SHINAN)
