"""A body that keeps volunteers, its officer, and people in its register."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from tests.clocks import stand_at
from tests.languages import english
from tests.mobilisation.volunteers.people import MAKE, NOW
from tests.people import LICANG, make_person
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.face import open_volunteer_account
from tocsin.jurisdiction.people.models import User
from tocsin.mobilisation.volunteers.models import Ability, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy

__all__ = ["english"]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    stand_at(monkeypatch, NOW)
    return lambda moment: stand_at(monkeypatch, moment)


@pytest.fixture
def keeper(db: None) -> User:
    """An officer of the rescue body of Licang."""
    return make_person("unit_desk", LICANG, organisation="emergency_bureau")


@pytest.fixture
def make_volunteer(keeper: User) -> MAKE:
    """`make_volunteer("Li", lon=120.43, skills=("first_aid",))`: somebody who can be called."""

    def make(
        name: str,
        *,
        lon: float | None = 120.43,
        lat: float | None = 36.16,
        skills: tuple[str, ...] = ("sandbags",),
        **fields: object,
    ) -> Volunteer:
        user = User(username=f"v-{name.lower()}", name=name, language="zh-hans")
        user.set_unusable_password()
        assert keeper.organisation
        open_volunteer_account(actor=keeper, user=user, region_code=LICANG)
        ContactPoint.objects.create(user=user, kind="sms", address=f"139{abs(hash(name)) % 10**8:08d}")
        made = Volunteer.objects.create(
            **{
                "user": user,
                "name": name,
                "body": keeper.organisation,
                "region_code": LICANG,
                "lon": lon,
                "lat": lat,
                "standing": "confirmed",
                "entered_at": NOW,
                "consent_version": volunteers_policy().consent.version,
                "consent_at": NOW,
                **fields,
            }
        )
        for code in skills:
            Ability.objects.create(volunteer=made, code=code, certificate="A-1", valid_until=date(2027, 1, 1))
        return made

    return make
