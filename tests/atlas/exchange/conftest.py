"""Who reads, and the address below which they read."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.atlas.exchange.hydrants import ROOT, Reader
from tests.people import make_person
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token


@pytest.fixture
def person(db: None, settings: Any) -> User:
    """Somebody who sees the networks of Licang, in an installation that has hydrants."""
    settings.FEATURE_COLLECTIONS = (*settings.FEATURE_COLLECTIONS, "tests.atlas.exchange.hydrants:HYDRANTS")
    ensure_regions()
    return make_person("viewer")


@pytest.fixture
def token(person: User) -> str:
    """A token of that person for networks alone."""
    return create_token(user=person, name="qgis", scopes=("assets.see",), now=timezone.now())[1]


@pytest.fixture
def read(token: str) -> Reader:
    """`read("/collections", limit=3)`: what a program with the token gets, in English."""

    def get(path: str, headers: dict[str, str] | None = None, **parameters: object) -> HttpResponse:
        sent = {"Authorization": f"Bearer {token}", "Accept-Language": "en", **(headers or {})}
        named = {
            name.replace("_", "-") if name.startswith(("filter_", "bbox_")) else name: value for name, value in parameters.items()
        }
        return Client().get(f"{ROOT}{path}", named, headers=sent)

    return get
