"""Two counties, a network that fits on a page, and people with and without rights."""

from typing import Any

import pytest

from tests.engine.drawing import line, point
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.models import Grant
from tocsin.lifelines.services import import_network

LICANG, SHINAN = "370213", "370202"


def street() -> list[dict[str, Any]]:
    """A --sewer--> B --sewer--> C, and a heating chamber H 6 m beside B."""
    a, b, c = (point(code, "manhole", 100.0 * k, 0, utility="sewer", owner="drainage_bureau") for k, code in enumerate("ABC"))
    chamber = point("H", "chamber", 100, 6, owner="heating_company", depth_m=2.5, installed=1999, colour="grey")
    pipes = [line("AB", "sewer", a, b, diameter_mm=300), line("BC", "sewer", b, c, diameter_mm=400)]
    return [a, b, c, chamber, *pipes]


@pytest.fixture
def regions(db: None) -> None:
    ensure_regions()


@pytest.fixture
def loaded(regions: None) -> None:
    import_network(actor=system_actor(), features=street(), region_code=LICANG)


def make_person(role: str, region: str) -> User:
    user = User.objects.create_user(f"{role}-{region}", "a long password", name=role)
    Grant.objects.create(user=user, role=role, region_code=region)
    return user


@pytest.fixture
def viewer(regions: None) -> User:
    return make_person("viewer", LICANG)


@pytest.fixture
def stranger(regions: None) -> User:
    return make_person("viewer", SHINAN)
