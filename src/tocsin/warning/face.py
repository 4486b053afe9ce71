"""What other capabilities may use of warning: alarms, their causes and what may follow."""

from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import alarms_by_id, loaded_alarm, open_alarms
from tocsin.warning.alarms.queries.due import alarms_done_with_diagnosis
from tocsin.warning.alarms.queries.facts import (
    AlarmPoint,
    AlarmStanding,
    alarm_points,
    alarm_standings,
    alarms_at_any_sensor,
    alarms_at_sensors,
    alarms_named,
    alarms_of_point,
    alarms_raised,
    regions_of_alarms,
    sensors_in_alarm,
    unacknowledged_at,
)
from tocsin.warning.alarms.queries.figures import AlarmAnswer, AlarmTimes, alarm_answers, alarm_times, alarm_times_at
from tocsin.warning.alarms.services.cases import CaseStanding, note_cases, note_standings, retire_alarms, take_alarms
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.alarms.shown.alarms import AlarmWords, place_of_sensor
from tocsin.warning.alarms.shown.cases import AlarmCases, CaseStrip, ChainStep
from tocsin.warning.alarms.shown.guidance import AlarmGuidanceLine, AlarmGuidanceOut, AlarmInterlockOut, AlarmPointOut
from tocsin.warning.alarms.shown.sentences import alarm_reasons
from tocsin.warning.causes.policy.checks import CHECKS
from tocsin.warning.causes.shown.checks import answered, check_words, measured_quantity, unit_words
from tocsin.warning.causes.shown.labels import cause_kind, cause_label, finding_words
from tocsin.warning.covers.queries import outages
from tocsin.warning.covers.services.announcing import AnnouncedWork, announce_works, end_announced, prolong_announced
from tocsin.warning.detection.loops.dealing import deal_out
from tocsin.warning.detection.queries.levels import first_levels
from tocsin.warning.detection.queries.trials import Tried, quieter_text, try_quieter
from tocsin.warning.detection.services.holding import judged_by
from tocsin.warning.detection.services.layout import first_unseen, history_writers, read_count
from tocsin.warning.detection.shown import describe_limits
from tocsin.warning.diagnosis.queries.diagnoses import newest_diagnoses, newest_diagnosis, shown_of, warm_sensors
from tocsin.warning.diagnosis.queries.findings import findings_by_alarm, possible_causes
from tocsin.warning.diagnosis.queries.template_sets import templates_in_force
from tocsin.warning.diagnosis.services.answers import record_answer
from tocsin.warning.diagnosis.services.display_log import note_shown
from tocsin.warning.diagnosis.services.findings import record_finding
from tocsin.warning.diagnosis.services.keeping import alarm_histories, alarms_that_go, cases_of_open_alarms
from tocsin.warning.diagnosis.shown.checks import CheckOut, what_would_decide
from tocsin.warning.diagnosis.shown.diagnoses import DiagnosisOut, HypothesisOut, ShownToOut, describe_diagnosis
from tocsin.warning.diagnosis.shown.questions import OpenQuestionOut, open_questions
from tocsin.warning.early_signs.queries import visible_early_signs
from tocsin.warning.outlook.queries import unfed_without
from tocsin.warning.outlook.shown.closing import KnownClosing, ValveState, what_to_close

__all__ = [
    "CHECKS",
    "Alarm",
    "AlarmAnswer",
    "AlarmCases",
    "AlarmGuidanceLine",
    "AlarmGuidanceOut",
    "AlarmInterlockOut",
    "AlarmPoint",
    "AlarmPointOut",
    "AlarmStanding",
    "AlarmTimes",
    "AlarmWords",
    "AnnouncedWork",
    "CaseStanding",
    "CaseStrip",
    "ChainStep",
    "CheckOut",
    "DiagnosisOut",
    "HypothesisOut",
    "KnownClosing",
    "OpenQuestionOut",
    "ShownToOut",
    "Tried",
    "ValveState",
    "alarm_answers",
    "alarm_histories",
    "alarm_points",
    "alarm_reasons",
    "alarm_standings",
    "alarm_times",
    "alarm_times_at",
    "alarms_at_any_sensor",
    "alarms_at_sensors",
    "alarms_by_id",
    "alarms_done_with_diagnosis",
    "alarms_named",
    "alarms_of_point",
    "alarms_raised",
    "alarms_that_go",
    "announce_works",
    "answered",
    "apply_detections",
    "cases_of_open_alarms",
    "cause_kind",
    "cause_label",
    "check_words",
    "deal_out",
    "describe_diagnosis",
    "describe_limits",
    "end_announced",
    "finding_words",
    "findings_by_alarm",
    "first_levels",
    "first_unseen",
    "history_writers",
    "judged_by",
    "loaded_alarm",
    "measured_quantity",
    "newest_diagnoses",
    "newest_diagnosis",
    "note_cases",
    "note_shown",
    "note_standings",
    "open_alarms",
    "open_questions",
    "outages",
    "place_of_sensor",
    "possible_causes",
    "prolong_announced",
    "quieter_text",
    "read_count",
    "record_answer",
    "record_finding",
    "regions_of_alarms",
    "retire_alarms",
    "sensors_in_alarm",
    "shown_of",
    "take_alarms",
    "templates_in_force",
    "try_quieter",
    "unacknowledged_at",
    "unfed_without",
    "unit_words",
    "visible_early_signs",
    "warm_sensors",
    "what_to_close",
    "what_would_decide",
]
