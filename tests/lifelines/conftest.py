"""Two counties, the network, and people with and without rights."""

import pytest

from tests.accounts import regions as regions
from tests.lifelines.mains import mains
from tests.lifelines.street import street
from tests.people import LICANG, SHINAN, make_person
from tests.usual_bodies import usual_bodies
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


@pytest.fixture
def town(regions: None) -> None:
    usual_bodies(LICANG)
    import_network(actor=system_actor(), features=mains(), region_code=LICANG)


@pytest.fixture
def engineer(town: None) -> User:
    return make_person("rule_engineer", LICANG)


@pytest.fixture
def desk(town: None) -> User:
    return make_person("unit_desk", LICANG, organisation="gas_company")
