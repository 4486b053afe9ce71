"""Kept diagnoses, and what was shown of them to whom."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.jurisdiction.face import scope
from tocsin.sensing.face import sensors_by_index
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.diagnosis.models import Diagnosis, Shown
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import Person


def newest_diagnoses(alarm_ids: Iterable[UUID]) -> dict[UUID, Diagnosis]:
    """By alarm what the machine thinks now; alarms that it has not thought about are left out. One query."""
    newest: dict[UUID, Diagnosis] = {}
    for one in Diagnosis.objects.filter(alarm_id__in=list(alarm_ids)).order_by("made_at", "id"):
        newest[one.alarm_id] = one
    return newest


def warm_sensors(alarm_id: UUID, causes: Collection[str]) -> dict[int, Any]:
    """By index the temperature sensors that spoke for one of these causes in any diagnosis of the alarm, whether they rang."""
    found: set[int] = set()
    for result in Diagnosis.objects.filter(alarm_id=alarm_id).values_list("result", flat=True).iterator():
        told = (item for one in result["hypotheses"] if one["cause"] in causes for item in one["evidence"])
        found |= {item["sensor"] for item in told if item["sensor"] is not None and item["weight"] > 0}
    return {one.index: one for one in sensors_by_index(found).filter(quantity="temperature")}


def newest_diagnosis(user: "Person", alarm_id: UUID) -> Diagnosis | None:
    """What the machine thinks now; None where it has not thought yet. Alarm.DoesNotExist where the user may not see it."""
    alarm = scope(Alarm.objects.all(), user, PERMISSION_DIAGNOSIS).only("id").get(pk=alarm_id)
    return Diagnosis.objects.filter(alarm=alarm).select_related("alarm").first()


def shown_to_people(user: "Person", alarm_id: UUID) -> list[Shown]:
    """What was shown to whom of this alarm's diagnoses, oldest first. Alarm.DoesNotExist where the user may not see diagnoses."""
    alarm = scope(Alarm.objects.all(), user, PERMISSION_DIAGNOSIS).only("id").get(pk=alarm_id)
    return shown_of([alarm.pk])


def shown_of(alarm_ids: Iterable[UUID]) -> list[Shown]:
    """What was shown to whom of these alarms' diagnoses, whoever may see it, oldest first. One query."""
    return list(Shown.objects.filter(alarm_id__in=list(alarm_ids)).select_related("person"))


def shown_when_taken(alarm: Alarm) -> Diagnosis | None:
    """The ranking that was on the screen when somebody first acknowledged the alarm; the first one where nobody has."""
    taken = AlarmEntry.objects.filter(alarm=alarm, act="acknowledged").first()
    made = Diagnosis.objects.filter(alarm=alarm).order_by("made_at", "id")
    shown = made.filter(made_at__lte=taken.written_at).last() if taken else None
    return shown or made.first()


def diagnoses_when_taken(alarm_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """By alarm the id of what `shown_when_taken` gives; alarms without a diagnosis are left out. Two queries."""
    wanted = list(alarm_ids)
    taken: dict[UUID, datetime] = {}
    for alarm_id, at in AlarmEntry.objects.filter(alarm_id__in=wanted, act="acknowledged").values_list("alarm_id", "written_at"):
        taken.setdefault(alarm_id, at)
    found: dict[UUID, UUID] = {}
    made = Diagnosis.objects.filter(alarm_id__in=wanted).order_by("made_at", "id")
    for identity, alarm_id, at in made.values_list("id", "alarm_id", "made_at"):
        if alarm_id not in found or (alarm_id in taken and at <= taken[alarm_id]):
            found[alarm_id] = identity
    return found
