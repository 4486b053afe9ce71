"""Answers to what would decide, as they stand."""

from tocsin.warning.alarms.models import Alarm
from tocsin.warning.diagnosis.models import Answer


def standing_answers(alarm: Alarm) -> list[Answer]:
    """What crews measured and people said about it that has not been withdrawn, oldest first."""
    return list(Answer.objects.filter(alarm=alarm, withdrawn_at__isnull=True).select_related("entered_by"))


def all_answers(alarm: Alarm) -> list[Answer]:
    """Every answer about it, withdrawn ones too, oldest first."""
    return list(Answer.objects.filter(alarm=alarm).select_related("entered_by", "withdrawn_by"))
