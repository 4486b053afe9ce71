"""What browsers hear of alarms, diagnoses and early signs."""

import json
from typing import Final

from django.utils import translation

from tocsin.screens.live.hub import json_value
from tocsin.screens.live.tables import LiveEvents, LiveObjects, Texts
from tocsin.warning.alarms.events import AlarmCaseChanged, AlarmChanged, AlarmClosed, AlarmRaised
from tocsin.warning.alarms.queries.alarms import alarms_by_id
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.alarms.shown.alarms import AlarmOut
from tocsin.warning.alarms.shown.works import with_works
from tocsin.warning.diagnosis.events import DiagnosisMade
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.early_signs.events import EarlySignEnded, EarlySignJudged, EarlySignRaised, EarlySignSeen


def render_alarms(identities: list[str], languages: set[str]) -> Texts:
    """The JSON of each alarm in each language, as the API gives it."""
    texts: Texts = {}
    alarms = alarms_by_id(identities)
    for language in languages:
        with translation.override(language):
            for alarm in with_works(alarms):
                described = AlarmOut.from_orm(alarm).model_dump()
                texts[str(alarm.pk), language] = json.dumps(
                    described, ensure_ascii=False, separators=(",", ":"), default=json_value
                )
    return texts


LIVE: Final = (
    LiveObjects(
        name="alarm",
        kinds=(AlarmRaised, AlarmChanged, AlarmClosed, AlarmCaseChanged),
        permission=PERMISSION_SEE,
        key="alarm_id",
        render=render_alarms,
    ),
    LiveEvents(
        name="diagnosis",
        kinds=(DiagnosisMade,),
        permission=PERMISSION_DIAGNOSIS,
        tell=lambda event: {"alarm_id": event.alarm_id},
    ),
    LiveEvents(
        name="early_sign",
        kinds=(EarlySignRaised, EarlySignEnded, EarlySignSeen, EarlySignJudged),
        permission=PERMISSION_DIAGNOSIS,
        tell=lambda event: {"early_sign_id": event.early_sign_id},
    ),
)
