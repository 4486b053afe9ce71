"""Everything that is written about alarms. Keyword-only, decided by `rules`, in one transaction with history, event and audit."""

from tocsin.warning.services.acts import (
    acknowledge_alarm,
    assign_alarm,
    comment_on_alarm,
    reset_alarm,
    set_alarm_level,
    shelve_alarm,
    suppress_alarm,
    unshelve_alarm,
)
from tocsin.warning.services.answers import CHANNELS, record_answer, withdraw_answer
from tocsin.warning.services.cases import note_cases
from tocsin.warning.services.clocks import end_shelves, find_good_sensors, follow_service, forget_records
from tocsin.warning.services.detections import applied_position, apply_detections
from tocsin.warning.services.early_signs import join_alarms, keep_early_signs, see_early_sign
from tocsin.warning.services.feedback import possible_causes, record_finding, reset_priors
from tocsin.warning.services.losses import follow_losses
from tocsin.warning.services.nuisance import calm_down
from tocsin.warning.services.replays import start_replay, switch_causes, switch_causes_back, work_on_next_replay
from tocsin.warning.services.shown import note_shown

__all__ = [
    "CHANNELS",
    "acknowledge_alarm",
    "applied_position",
    "apply_detections",
    "assign_alarm",
    "calm_down",
    "comment_on_alarm",
    "end_shelves",
    "find_good_sensors",
    "follow_losses",
    "follow_service",
    "forget_records",
    "join_alarms",
    "keep_early_signs",
    "note_cases",
    "note_shown",
    "possible_causes",
    "record_answer",
    "record_finding",
    "reset_alarm",
    "reset_priors",
    "see_early_sign",
    "set_alarm_level",
    "shelve_alarm",
    "start_replay",
    "suppress_alarm",
    "switch_causes",
    "switch_causes_back",
    "unshelve_alarm",
    "withdraw_answer",
    "work_on_next_replay",
]
