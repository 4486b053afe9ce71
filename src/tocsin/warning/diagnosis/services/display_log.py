"""What was shown to whom: the ranking and the paragraph as a person or a program got them, kept once."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import get_language

from tocsin.screens.clock import current_time
from tocsin.warning.diagnosis.models import Shown

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.warning.diagnosis.shown.diagnoses import DiagnosisOut


def note_shown(*, person: "User", alarm_id: UUID, diagnosis: "DiagnosisOut", channel: str) -> None:
    """Keeps that these hypotheses of a diagnosis and its story were shown, in the language of the answer.

    Only the first time writes; every later one costs a look-up. Two first times at once leave one row.
    """
    language = get_language() or "zh"
    if Shown.objects.filter(diagnosis_id=diagnosis.id, person=person, language=language, channel=channel).exists():
        return
    shown = Shown(
        alarm_id=alarm_id,
        diagnosis_id=diagnosis.id,
        person=person,
        at=current_time(),
        language=language,
        channel=channel,
        ranking=[[one.cause, one.probability, one.asset_code or ""] for one in diagnosis.hypotheses],
        story=diagnosis.story[:4000],
    )
    with transaction.atomic():
        Shown.objects.bulk_create([shown], ignore_conflicts=True)
