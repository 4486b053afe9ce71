"""Alarms are told how their case stands, so that a screen of alarms and the page of the case say the same."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Membership
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.warning import face as warning


def tell_alarms(*, case_ids: Collection[UUID], now: datetime) -> int:
    """Level and state of these cases onto their alarms; returns how many carry another than before."""
    if not case_ids:
        return 0
    rows = Membership.objects.filter(case__in=list(case_ids)).order_by()
    standings = {
        alarm_id: warning.CaseStanding(
            AlarmLevel.NONE if state == CaseState.CLOSED else AlarmLevel(level), state, speaks=alarm_id == lead_id
        )
        for alarm_id, level, state, lead_id in rows.values_list("alarm_id", "case__level", "case__state", "case__lead_id")
    }
    return warning.note_standings(standings=standings, now=now)
