"""A small register: who keeps it, and bodies in it."""

from datetime import UTC, date, datetime
from typing import Any

from tests.people import LICANG, make_named_person
from tocsin.atlas.exposure.models import ExposedBody
from tocsin.atlas.exposure.services.bodies import BodyFacts, register_body
from tocsin.jurisdiction.people.models import User

NOW = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)  # a Friday, ten in the morning here
LON, LAT = 120.43, 36.16


def keeper(region: str = LICANG) -> User:
    """Somebody who keeps the register of a region."""
    return User.objects.filter(username=f"keeper-{region}").first() or make_named_person(
        f"keeper-{region}", "supervisor", region=region
    )


def body(by: User, name: str = "第一小学", kind: str = "school", region: str = LICANG, **facts: Any) -> ExposedBody:
    """A body in the register, near the middle of the district unless told otherwise."""
    told = {"lon": LON, "lat": LAT, "figures_on": date(2026, 3, 1), **facts}
    return register_body(actor=by, region_code=region, facts=BodyFacts(kind=kind, name=name, **told), now=NOW)
