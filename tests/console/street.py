"""A street as features of a network, and people whose pages are in English."""

from typing import Any

from tests.people import LICANG, make_named_person
from tocsin.jurisdiction.people.models import User

STREET = "Shiniushan Road"


def feature(code: str, kind: str, coordinates: Any, **properties: Any) -> dict[str, Any]:
    shape = "LineString" if isinstance(coordinates[0], list) else "Point"
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": coordinates},
        "properties": {"id": code, "kind": kind, **properties},
    }


def person(role: str, region: str = LICANG) -> User:
    return make_named_person(f"{role}.{region}", role, None, region, name=role.replace("_", " "), language="en")
