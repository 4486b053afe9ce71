"""The same for pages: every address of the URL map, asked and posted to from another city."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import get_resolver

from tests.jurisdiction.conftest import YANTAI, PersonMaker
from tests.jurisdiction.walk import MARK, WORDS, District, build_district, snapshot
from tocsin.jurisdiction import services

pytestmark = pytest.mark.django_db


ONES_OWN = ("/login/", "/logout/", "/language/", "/account/", "/health/")


def addresses(district: District) -> Iterator[str]:
    """Every page with what lies in Licang in its path; KeyError names a parameter that the walk must learn."""
    known = {name: str(one) for name, one in district.ids.items()} | WORDS
    for name, patterns in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            for possibilities, *_rest in patterns:
                path, parameters = possibilities[0]
                yield "/" + path % {one: known[one] for one in parameters}


def test_no_page_shows_or_changes_what_lies_elsewhere(make_person: PersonMaker) -> None:
    district = build_district(make_person)
    stranger = make_person("rule_engineer", YANTAI)
    for role in ("duty_officer", "shift_leader", "analyst", "system_administrator", "unit_desk"):
        services.grant_role(actor=services.system_actor(), user=stranger, role=role, region_code=YANTAI)
    client = Client(raise_request_exception=False)
    client.force_login(stranger)
    before = snapshot()
    pages = [one for one in addresses(district) if not one.startswith(ONES_OWN)]
    assert len(pages) > 20
    for page in pages:
        for method in ("GET", "POST"):
            told = f"{method} {page}"
            with transaction.atomic():
                response = client.generic(method, page)
                assert response.status_code < 500, told
                if not isinstance(response, StreamingHttpResponse):  # live updates have tests of their own
                    assert MARK not in response.content.decode(errors="replace"), told
                assert snapshot() == before, told
                transaction.set_rollback(True)
