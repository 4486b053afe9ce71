"""What the drawer shows of one alarm: values for `_alarm.html`, in the reader's language."""

import json
from typing import Any, cast
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.geometry import distance_m
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.face import Person, may, people_who_may
from tocsin.screens import words
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import history_of, visible_alarm
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE, Act, AlarmState, Refused, confirmation, transition
from tocsin.warning.alarms.shown.alarms import AlarmOut, EntryOut, shelf_times
from tocsin.warning.alarms.shown.cases import ChainStep, alarm_cases
from tocsin.warning.alarms.shown.guidance import guidance_of, rule_versions_of
from tocsin.warning.detection.shown import describe_limits
from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnosis
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS, PERMISSION_REPLAY
from tocsin.warning.diagnosis.services import display_log as services
from tocsin.warning.diagnosis.shown.diagnoses import DiagnosisOut, HypothesisOut, describe_diagnosis
from tocsin.warning.diagnosis.shown.paragraph_figures import narrate
from tocsin.warning.diagnosis.views.feedback import deciding_context, finding_context
from tocsin.warning.early_signs.shown import signs_before
from tocsin.warning.outlook.views import outlook_context

SHOWN_PROBABILITY = 0.02
MOST_HYPOTHESES = 6
MOST_IN_GRAPH = 4


def drawer_context(user: Person, alarm_id: UUID, error: str = "") -> dict[str, object]:
    """Everything that `_alarm.html` names. Alarm.DoesNotExist where the user may not see it."""
    alarm = visible_alarm(user, alarm_id)
    described = AlarmOut.from_orm(alarm)
    may_handle = may(user, PERMISSION_HANDLE, alarm.region_code)
    sees_diagnosis = may(user, PERMISSION_DIAGNOSIS, alarm.region_code)
    diagnosis = _diagnosis(user, alarm) if sees_diagnosis else None
    deciding = deciding_context(user, alarm)
    strip = alarm_cases().strip(user, alarm.case_number) if alarm.case_number else None
    if diagnosis:
        diagnosis.story = narrate(described, diagnosis, deciding.checks)
        services.note_shown(person=cast("Any", user), alarm_id=alarm_id, diagnosis=diagnosis, channel="console")
    return {
        "alarm": described,
        "level_class": described.level_class,
        "level_name": described.level_name,
        "state_name": described.state_name,
        "waiting_since_ms": ms_from_datetime(described.waiting_since) if described.waiting_since else None,
        "raised_at_ms": ms_from_datetime(alarm.raised_at),
        "strip": strip,
        "steps": strip.steps if strip else _steps(alarm),
        "value_text": words.measured(alarm.value, alarm.quantity),
        "quantity_name": words.quantity_name(alarm.quantity),
        "unit_name": described.unit,
        "limits": json.dumps(describe_limits(alarm.sensor), ensure_ascii=False),
        "may_see_diagnosis": sees_diagnosis,
        "may_replay": may(user, PERMISSION_REPLAY, alarm.region_code),
        "diagnosis": diagnosis,
        "graph": json.dumps(_graph(described.title, diagnosis), ensure_ascii=False) if diagnosis else "",
        "deciding": deciding,
        "story": diagnosis.story if diagnosis else "",
        "early_signs": signs_before(user, alarm_id),
        "finding": finding_context(user, alarm),
        "outlook": outlook_context(user, alarm),
        "guidance": guidance_of(alarm, at=current_time()),
        "rule_versions": rule_versions_of(alarm),
        "cover_here": _cover_here(described),
        "sees_policy": may(user, "policy.see", alarm.region_code),
        "entries": [EntryOut.from_orm(entry) for entry in reversed(history_of(alarm))],
        "may_handle": may_handle,
        "acts": _acts(alarm) if may_handle else (),
        "people": people_who_may(PERMISSION_HANDLE, alarm.region_code) if may_handle else [],
        "assigned_id": alarm.assigned_to_id,
        "levels": [(level.value, words.LEVEL_NAMES[level.value]) for level in sorted(AlarmLevel, reverse=True) if level],
        "shelf_times": shelf_times(),
        "error": error,
    }


def _steps(alarm: Alarm) -> list[ChainStep]:
    """The first two steps, which an alarm takes by itself; a case goes on from there."""
    taken = alarm.acknowledged_at is not None
    over = alarm.state == AlarmState.NORMAL
    return [
        ChainStep(pgettext("step", "Received"), "done" if taken or over else "now", alarm.raised_at),
        ChainStep(pgettext("step", "Analysis"), _analysis(taken=taken, over=over), alarm.acknowledged_at),
    ]


def _analysis(*, taken: bool, over: bool) -> str:
    return "ahead" if not taken else "done" if over else "now"


class _Suspect(HypothesisOut):
    """A cause as the drawer ranks it, with how far it is from the place that rings."""

    distance_text: str

    @property
    def travel_text(self) -> str:
        """How long it takes from there to here."""
        return _travel(self.travel_time_s)


def _diagnosis(user: Person, alarm: Alarm) -> DiagnosisOut | None:
    found = newest_diagnosis(user, alarm.pk)
    if found is None:
        return None
    diagnosis = describe_diagnosis(found)
    shown = [one for one in diagnosis.hypotheses if one.probability >= SHOWN_PROBABILITY][:MOST_HYPOTHESES]
    diagnosis.hypotheses = [_Suspect(**dict(one), distance_text=_distance(one, alarm)) for one in shown]
    return diagnosis


def _distance(hypothesis: HypothesisOut, alarm: Alarm) -> str:
    if hypothesis.lon is None or hypothesis.lat is None or alarm.lon is None or alarm.lat is None:
        return ""
    return _("%(metres)d m away") % {"metres": round(distance_m(hypothesis.lon, hypothesis.lat, alarm.lon, alarm.lat))}


def _travel(seconds: float | None) -> str:
    if seconds is None:
        return ""
    if seconds < 5400:
        return _("reaches here in about %(minutes)d min") % {"minutes": max(1, round(seconds / 60))}
    return _("reaches here in about %(hours)d h") % {"hours": round(seconds / 3600)}


def _graph(symptom: str, diagnosis: DiagnosisOut) -> dict[str, object]:
    causes = [
        {"label": one.label, "probability": one.probability, "place": one.asset_label}
        for one in diagnosis.hypotheses[:MOST_IN_GRAPH]
    ]
    return {"symptom": symptom, "causes": causes}


def _cover_here(alarm: AlarmOut) -> str:
    """The form of a silence, filled with the alarm's place: its object, else its sensor."""
    name, place = ("asset", alarm.asset_code) if alarm.asset_code else ("sensor", str(alarm.sensor_id or ""))
    filled = {"new": "1", "kind": "silence", "region": alarm.region_code, name: place}
    return f"{reverse('covers')}?{urlencode(filled)}"


def _acts(alarm: Alarm) -> tuple[str, ...]:
    """Names of the acts that the alarm's state allows."""
    possible = [
        act.value
        for act in (Act.ACKNOWLEDGE, Act.RESET, Act.SHELVE, Act.UNSHELVE)
        if not isinstance(transition(alarm.standing, act, latching=alarm.latching), Refused)
    ]
    if alarm.state == AlarmState.SUPPRESSED and alarm.explained_by_id is None:
        possible.append("unsuppress")
    if alarm.state == AlarmState.OUT_OF_SERVICE and alarm.suppressed_until is not None:
        possible.append("return-to-service")
    if not isinstance(transition(alarm.standing, Act.TAKE_OUT_OF_SERVICE, latching=alarm.latching), Refused):
        possible.append("out-of-service")
    taken, confirmed = alarm.acknowledged_at is not None, alarm.confirmed_at is not None
    if confirmation(alarm.standing, acknowledged=taken, confirmed=confirmed) is None:
        possible.append("confirm")
    if alarm.standing.is_open:
        possible += ["assign", "level"]
    return (*possible, "comment")
