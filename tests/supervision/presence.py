"""Key people of a firm with a roster, for tests of who is on post."""

from datetime import datetime, timedelta
from typing import Any

from tests.supervision.firms import NOW, make_body, make_object
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.posts.models import DutyShift, PersonCertificate, PresenceSign

BEGIN = NOW - timedelta(hours=2)  # 08:00 in Qingdao


def make_firm(name: str = "Hongda Chemicals", code: str = "firm-a", **fields: Any) -> SupervisedObject:
    return make_object(name, organisation=make_body(code), employees=80, shifts="00:00-24:00", **fields)


def make_key_person(found: SupervisedObject, number: int = 1, role: str = "shift_leader", **fields: Any) -> KeyPerson:
    told = {"name": f"Person {number}", "external_id": f"P{number}", "post": "control room", **fields}
    person = KeyPerson.objects.create(object=found, role=role, **told)
    PersonCertificate.objects.create(person=person, name=certificate_of(role), status="valid")
    return person


def certificate_of(role: str) -> str:
    from tocsin.supervision.objects.policy.posts import post_policy

    return post_policy().roles[role].certificate


def make_shift(person: KeyPerson, start: datetime = BEGIN, hours: float = 8, **fields: Any) -> DutyShift:
    return DutyShift.objects.create(
        person=person, role=person.role, post=person.post, start_at=start, end_at=start + timedelta(hours=hours), **fields
    )


def sign(person: KeyPerson, source: str, at: datetime, value: float) -> PresenceSign:
    return PresenceSign.objects.create(person=person, source=source, at=at, value=value)


def works(person: KeyPerson, start: datetime, hours: float = 8) -> None:
    """Somebody who is there leaves signs: gate, card, terminal, phone."""
    rows = [("gate", -8, 1.0), ("terminal_login", 3, 1.0)]
    rows += [("positioning", 10 + 30 * step, 6.0 + step % 5) for step in range(round(hours * 2))]
    rows += [("phone_location", 25 + 120 * step, 0.1) for step in range(round(hours / 2))]
    rows += [("camera_match", 40 + 130 * step, 0.8) for step in range(round(hours / 2))]
    PresenceSign.objects.bulk_create(
        PresenceSign(person=person, source=source, at=start + timedelta(minutes=minute), value=value)
        for source, minute, value in rows
    )
