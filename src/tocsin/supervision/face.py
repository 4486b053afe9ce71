"""What other capabilities may use of supervision: objects, tasks, evidence and verdicts."""

from tocsin.supervision.evidence.services import note_commitment
from tocsin.supervision.inspections.queries.cards import card_number
from tocsin.supervision.inspections.queries.findings import (
    ClosedFinding,
    DangerStanding,
    FindingFacts,
    danger_standings,
    facts_of_inspection,
    facts_of_number,
    finding_numbers,
    findings_by_id,
    findings_closed,
)
from tocsin.supervision.inspections.queries.inspections import inspectors_for
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.inspections.services.findings import report_finding, report_own_danger
from tocsin.supervision.inspections.services.opening import plan_inspection_of_report
from tocsin.supervision.inspections.shown.findings import FindingOrigin
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.objects.policy.register import is_trade, trade_name
from tocsin.supervision.objects.queries.codes import object_of_code, public_address
from tocsin.supervision.objects.queries.register import (
    key_people,
    may_see_people,
    object_names,
    region_name,
    require_firm,
    rows_of_visible,
    visible_objects,
)
from tocsin.supervision.objects.queries.supervisors import department_of, supervisor_of, supervisors_of
from tocsin.supervision.objects.shown import Section as ObjectSection
from tocsin.supervision.objects.shown import key_roles, role_name
from tocsin.supervision.posts.queries.absences import people_away
from tocsin.supervision.posts.queries.certificates import HeldCertificate, certificates_ending
from tocsin.supervision.posts.services.permits import close_posts, open_posts
from tocsin.supervision.posts.shown.shifts import DutyShiftOut, shifts_at
from tocsin.supervision.tasks.queries.tasks import shown_done, tasks_by_role
from tocsin.supervision.tasks.services.matching import tick_off
from tocsin.supervision.tasks.services.warnings import FirmAnswer, ask_firms, firm_answers, take_back_tasks
from tocsin.supervision.weather.queries import temperatures_now
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.board import chance_of_work, demanded_at, demands_without_case
from tocsin.supervision.work.queries.episodes import decided_references, supervisor_of_episode
from tocsin.supervision.work.services.episodes import note_case
from tocsin.supervision.work.shown.episodes import describe_episode, outcome_words
from tocsin.supervision.work.shown.names import kind_name as episode_kind_name

__all__ = [
    "ClosedFinding",
    "DangerStanding",
    "DutyShiftOut",
    "Episode",
    "FindingFacts",
    "FindingGrade",
    "FindingOrigin",
    "FirmAnswer",
    "HeldCertificate",
    "KeyPerson",
    "ObjectSection",
    "SupervisedObject",
    "ask_firms",
    "card_number",
    "certificates_ending",
    "chance_of_work",
    "close_posts",
    "danger_standings",
    "decided_references",
    "demanded_at",
    "demands_without_case",
    "department_of",
    "describe_episode",
    "episode_kind_name",
    "facts_of_inspection",
    "facts_of_number",
    "finding_numbers",
    "findings_by_id",
    "findings_closed",
    "firm_answers",
    "inspectors_for",
    "is_trade",
    "key_people",
    "key_roles",
    "may_see_people",
    "note_case",
    "note_commitment",
    "object_names",
    "object_of_code",
    "open_posts",
    "outcome_words",
    "people_away",
    "plan_inspection_of_report",
    "public_address",
    "region_name",
    "report_finding",
    "report_own_danger",
    "require_firm",
    "role_name",
    "rows_of_visible",
    "shifts_at",
    "shown_done",
    "supervisor_of",
    "supervisor_of_episode",
    "supervisors_of",
    "take_back_tasks",
    "tasks_by_role",
    "temperatures_now",
    "tick_off",
    "trade_name",
    "visible_objects",
]
