"""Made-up data goes into an empty database or into one that is marked as a demonstration, and nowhere else."""

import pytest

from tocsin.jurisdiction.people.services.accounts import create_person
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.services.registering import register_device
from tocsin.workshop.demo import marking

pytestmark = pytest.mark.django_db


def test_an_empty_database_takes_it() -> None:
    ensure_organisations(marking.REGION)
    marking.refuse_unless_demonstration_or_empty()


def test_a_database_with_a_device_refuses() -> None:
    ensure_organisations(marking.REGION)
    register_device(actor=system_actor(), code="real", name="", region_code=marking.REGION)
    with pytest.raises(marking.NotADemonstration, match="1 devices"):
        marking.refuse_unless_demonstration_or_empty()


def test_a_database_with_people_refuses() -> None:
    ensure_organisations(marking.REGION)
    create_person(actor=system_actor(), username="somebody")
    with pytest.raises(marking.NotADemonstration, match="1 people"):
        marking.refuse_unless_demonstration_or_empty()


def test_a_marked_database_takes_more() -> None:
    ensure_organisations(marking.REGION)
    marking.mark()
    marking.mark()
    register_device(actor=system_actor(), code="made-up", name="", region_code=marking.REGION)
    marking.refuse_unless_demonstration_or_empty()
