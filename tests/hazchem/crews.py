"""A firm with four people of its own who work by permits, and an alarm beside them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.hazchem.plants import make_plant, make_tank
from tests.languages import english as english
from tests.people import make_named_person
from tests.supervision.firms import NOW
from tocsin.base.ids import new_id
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.rules.gas import GasFigures
from tocsin.hazchem.permits.rules.kinds import PermitKind, SigningRole
from tocsin.hazchem.permits.rules.sheets import PermitSheet
from tocsin.hazchem.permits.services import permits, work
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User

GOOD, BAD = GasFigures(flammable_percent=0.1), GasFigures(flammable_percent=0.6)


class Crew:
    """A firm with four people of its own, and a unit."""

    def __init__(self) -> None:
        self.firm, self.applicant, self.keeper = make_plant()
        self.unit, self.tank = make_tank(self.applicant, self.firm)
        body = self.firm.organisation
        self.people: dict[SigningRole, User] = {SigningRole.APPLICANT: self.applicant}
        for role in (SigningRole.ANALYST, SigningRole.WATCHER, SigningRole.APPROVER):
            self.people[role] = make_named_person(f"the-{role}", "firm_officer", body)

    def sheet(self, **told: Any) -> PermitSheet:
        given: dict[str, Any] = {
            "kind": PermitKind.HOT_WORK,
            "work": "Weld a bracket",
            "place": "Bund of V-101",
            "begins_at": NOW,
            "ends_at": NOW + timedelta(hours=4),
            "hazards": "Sparks may fall into the drain.",
            "unit_id": self.unit.pk,
            "lon": 120.4,
            "lat": 36.2,
            "explosive_area": True,
            "lel_percent": 5.0,
            **{f"{role}_id": person.pk for role, person in self.people.items() if role is not SigningRole.APPLICANT},
        }
        return PermitSheet(**{**given, **told})

    def apply(self, **told: Any) -> WorkPermit:
        return permits.apply_for_permit(actor=self.applicant, object_id=self.firm.pk, sheet=self.sheet(**told), now=NOW)

    def sign(self, permit: WorkPermit, role: SigningRole, now: datetime = NOW, *, joint: bool = False) -> WorkPermit:
        return permits.sign_permit(actor=self.people[role], permit_id=permit.pk, joint=joint, now=now)

    def test(self, permit: WorkPermit, figures: GasFigures = GOOD, now: datetime = NOW, **told: Any) -> bool:
        made = work.test_gas(
            actor=self.people[SigningRole.ANALYST], permit_id=permit.pk, figures=figures, place="at the flange", now=now, **told
        )
        return made.good

    def tick(self, permit: WorkPermit) -> None:
        codes = ["briefed", "isolated", "cleaned", "combustibles_cleared", "extinguishers"]
        watcher = self.people[SigningRole.WATCHER]
        work.tick_measures(actor=watcher, permit_id=permit.pk, done=codes, without=["cylinders_apart"], now=NOW)

    def approve(self, permit: WorkPermit) -> WorkPermit:
        self.sign(permit, SigningRole.APPLICANT)
        self.test(permit)
        self.sign(permit, SigningRole.ANALYST)
        self.tick(permit)
        self.sign(permit, SigningRole.WATCHER)
        return self.sign(permit, SigningRole.APPROVER)

    def start(self, permit: WorkPermit, now: datetime = NOW) -> WorkPermit:
        return work.start_work(actor=self.people[SigningRole.WATCHER], permit_id=permit.pk, now=now)


@pytest.fixture
def crew() -> Crew:
    return Crew()


def ring(sensor: Sensor, at: datetime) -> Alarm:
    return Alarm.objects.create(
        id=new_id(),
        sensor=sensor,
        rule="high",
        quantity=sensor.quantity,
        region_code=sensor.region_code,
        lon=sensor.lon,
        lat=sensor.lat,
        state=AlarmState.ACTIVE_UNACKNOWLEDGED,
        level=3,
        peak_level=3,
        raised_at=at,
        updated_at=at,
        count=1,
    )
