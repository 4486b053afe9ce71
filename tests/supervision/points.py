"""Objects, tasks and days for tests of points: everything well unless a test says otherwise."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from tests.people import LICANG
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.records.versions.models import PolicyVersion
from tocsin.supervision.objects.models import KeyPerson, LedgerDay, SupervisedObject
from tocsin.supervision.points.services.night import assign_points
from tocsin.supervision.points.services.trial import ask_trial, work_on_next_trial
from tocsin.supervision.posts.models import PersonCertificate
from tocsin.supervision.tasks.models import Task

FIRST = date(2026, 10, 1)  # objects are older than their start value
DAY = date(2026, 11, 24)


def at(day: date, hour: float = 12.0) -> datetime:
    """A local hour of a day."""
    return timezone.make_aware(datetime.combine(day, time.min)) + timedelta(hours=hour)


def make_object(name: str, *, region: str = LICANG, created: date = FIRST, **fields: Any) -> SupervisedObject:
    """An enterprise with a code made from its name."""
    ensure_regions()
    defaults: dict[str, Any] = {"kind": "enterprise", "trade": "machinery", "site_number": 1, "credit_code": name}
    return SupervisedObject.objects.create(
        code=f"QC-{name}", name=name, region_code=region, created_at=at(created), **{**defaults, **fields}
    )


def make_task(
    found: SupervisedObject, due: date, state: str = "done", *, rule: str = "self_check_week", weight: int = 1, **more: Any
) -> Task:
    """A task that ended at the evening of `due`: done, late or missed."""
    end = at(due, 20)
    done = {"done": end - timedelta(hours=1), "late": end + timedelta(hours=2)}.get(state)
    fields: dict[str, Any] = {"opens_at": at(due, 0), "due_at": end, "state": state, "done_at": done, **more}
    return Task.objects.create(
        object=found, rule=rule, met_by="entry", key=f"{rule}:{due}:{Task.objects.count()}", weight=weight, **fields
    )


def make_tasks(found: SupervisedObject, last: date, states: str, **fields: Any) -> None:
    """One task a day up to `last`: d done, l late, m missed, - none."""
    names = {"d": "done", "l": "late", "m": "missed"}
    for back, letter in enumerate(reversed(states)):
        if letter in names:
            make_task(found, last - timedelta(days=back), names[letter], **fields)


def certify(found: SupervisedObject, expires: date | None = None) -> PersonCertificate:
    """The principal with the certificate that is asked for."""
    person = KeyPerson.objects.create(object=found, role="principal", name="x", required_certificate="licence")
    return PersonCertificate.objects.create(person=person, name="licence", status="valid", expires=expires)


def score_day(day: date = DAY) -> None:
    """The night run of that day, at half past midnight."""
    assign_points(day=day, now=at(day + timedelta(days=1), 0.5))


def ledger(found: SupervisedObject, day: date = DAY) -> LedgerDay:
    """The newest revision of one day."""
    return LedgerDay.objects.filter(day=day, object_id=found.pk).order_by("revision").last()  # type: ignore[return-value]


def tried(actor: User, version: PolicyVersion) -> PolicyVersion:
    """The draft with what a finished trial on history said of it."""
    ask_trial(actor=actor, version_id=version.pk)
    while work_on_next_trial():
        pass
    return PolicyVersion.objects.get(pk=version.pk)
