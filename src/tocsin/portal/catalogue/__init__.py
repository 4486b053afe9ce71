"""All wiring, by name. To be in a tuple here, or in a file beside it, is the whole registration; all loads without Django."""

from tocsin.portal.catalogue.followers import ALARMS_FOLLOWED_BY, ORDERS_FOLLOWED_BY, STILL_NEEDED, TASKS_MET_BY
from tocsin.portal.catalogue.home import HOME_PIECES, HOME_PIECES_OF_ROLE
from tocsin.portal.catalogue.interfaces import API_ROUTERS, FEATURE_COLLECTIONS, GAUGES, MAP_LAYERS
from tocsin.portal.catalogue.kept import RETENTION
from tocsin.portal.catalogue.loops import LOOPS
from tocsin.portal.catalogue.pages import HOMES, PAGES
from tocsin.portal.catalogue.people import CHANNEL_ORDER, CHANNELS, LIVE, NOTICES, WAITING
from tocsin.portal.catalogue.policies import POLICY_FILES, POLICY_TRIALS
from tocsin.portal.catalogue.printed import PAPERS
from tocsin.portal.catalogue.programs import COMMANDS, DEVICE_POLLERS, DEVICE_PROTOCOLS, DEVICE_TOPICS, PROCESSES
from tocsin.portal.catalogue.readiness import READINESS_CHECKS, SETUP_STEPS
from tocsin.portal.catalogue.sections import (
    ALARM_CASES,
    ALARM_GUIDANCE,
    ALARM_POINTS,
    ALARM_WORDS,
    ALARM_WORKS,
    DEVICE_SECTIONS,
    FINDING_ORIGINS,
    GRANTED_RESOURCE,
    IMPORT_KINDS,
    IN_AREA,
    INCIDENTS_AT_FIRMS,
    OBJECT_SECTIONS,
    PERMIT_PAGE,
    PLANNED_OUTAGES,
    PUBLIC_LINES,
    RECEIPT_TAKERS,
    RESOURCE_SECTIONS,
    SIGHTING_LINKS,
    TASK_PAGES,
    TASK_WORDS,
    WARNING_SOURCES,
    WORKS_AT_FIRM,
)

APPS = (
    "tocsin.bus",
    "tocsin.jurisdiction",
    "tocsin.records",
    "tocsin.notices",
    "tocsin.atlas",
    "tocsin.lifelines",
    "tocsin.sensing",
    "tocsin.warning",
    "tocsin.supervision",
    "tocsin.vision",
    "tocsin.supplies",
    "tocsin.hazchem",
    "tocsin.mobilisation",
    "tocsin.command",
    "tocsin.portal",
)

# What lies sealed under the installation's keys, and who seals it anew when they change: `base.keys.Reseal`.
SEALED = {
    "second steps": "tocsin.jurisdiction.face:seal_second_steps_anew",
    "connectors": "tocsin.atlas.connectors.services.secrets:seal_connectors_anew",
    "platforms": "tocsin.supervision.platforms.services.keys:seal_platforms_anew",
    "channels": "tocsin.notices.channels.services.by_page.secrets:seal_channels_anew",
    "cameras": "tocsin.vision.recognition.services.secrets:seal_cameras_anew",
    "opc ua": "tocsin.sensing.opcua.services.secrets:seal_opcua_anew",
    "certificates": "tocsin.sensing.certificates.services.authorities:seal_authorities_anew",
    "frame keys": "tocsin.sensing.frame_keys.services:seal_frame_keys_anew",
    "subscribers": "tocsin.mobilisation.public_warnings.services.addresses:seal_subscribers_anew",
    "warning deliveries": "tocsin.mobilisation.public_warnings.services.addresses:seal_deliveries_anew",
}


# Types of objects that files may be attached to -> who may read the object, see `tocsin.records.attachments.queries.MayRead`.
ATTACHED_TO = {
    "case": "tocsin.command.orders.queries.attached:may_read_case",
    "order": "tocsin.command.orders.queries.attached:may_read_order",
    "task": "tocsin.supervision.tasks.queries.tasks:may_read_task",
    "finding": "tocsin.supervision.inspections.queries.attached:may_read_finding",
    "inspection": "tocsin.supervision.inspections.queries.attached:may_read_inspection",
    "hazard_report": "tocsin.mobilisation.hazard_reports.queries.reports:may_read_report",
    "report_photo": "tocsin.mobilisation.hazard_reports.queries.photos:sees_whole",
    "blurred_photo": "tocsin.mobilisation.hazard_reports.queries.photos:sees_blurred",
    "sealed_photo": "tocsin.mobilisation.hazard_reports.queries.reports:nobody_reads",
    "requisition": "tocsin.supplies.requisitions.queries.requisitions:may_read_photo",
    "supply_delivery": "tocsin.supplies.requests.queries.requests:may_read_delivery",
    "resumption_condition": "tocsin.supervision.stops.queries:may_read_condition",
    "plant_picture": "tocsin.hazchem.sites.queries.plants:may_read_plan",
    "plant_unit": "tocsin.hazchem.installations.queries.units:may_read_unit",
    "upkeep": "tocsin.supplies.upkeep.queries.due:may_read_upkeep",
    "check_result": "tocsin.hazchem.prevention.queries.checks:may_read_result",
    "work_permit": "tocsin.hazchem.permits.queries.phone:may_read_permit",
    "network_correction": "tocsin.lifelines.queries.edits:may_read_correction",
}

# What stands beside a list: the views that its reader keeps of it, see `tocsin.screens.lists.saved_views`.
LIST_VIEWS = "tocsin.jurisdiction.list_views.shown:views_beside"

# What each subject keeps of a person, for that person alone: section of the export -> function of the person, see
# `tocsin.records.own_data`.
OWN_DATA = {
    "account": "tocsin.jurisdiction.contacts.queries.own_data:own_account",
    "roles": "tocsin.jurisdiction.contacts.queries.own_data:own_grants",
    "contact_points": "tocsin.jurisdiction.contacts.queries.own_data:own_contacts",
    "sessions": "tocsin.jurisdiction.contacts.queries.own_data:own_sessions",
    "tokens": "tocsin.jurisdiction.contacts.queries.own_data:own_tokens",
    "notices": "tocsin.notices.inbox.shown:own_notices",
    "saved_views": "tocsin.atlas.layers.shown.saved_views:own_views",
    "list_views": "tocsin.jurisdiction.list_views.shown:own_list_views",
    "acts": "tocsin.records.audit.queries:own_acts",
    "volunteer": "tocsin.mobilisation.volunteers.shown.own_data:own_entry",
    "calls_to_help": "tocsin.mobilisation.volunteers.shown.own_data:own_calls",
    "door_walks": "tocsin.mobilisation.rounds.shown.own_data:own_door_walks",
}

# What people enter away from the network: subject -> what it takes, see `tocsin.fieldwork.queries.FieldActs`.
FIELD_ACTS = {
    "order": "tocsin.command.orders.services.entries:FIELD_ACTS",
    "task": "tocsin.supervision.tasks.services.acts:FIELD_ACTS",
    "finding": "tocsin.supervision.inspections.services.findings:FIELD_ACTS",
    "inspection": "tocsin.supervision.inspections.services.inspections:FIELD_ACTS",
    "episode": "tocsin.supervision.work.services.episodes:FIELD_ACTS",
    "hazard_report": "tocsin.mobilisation.hazard_reports.services.entries:FIELD_ACTS",
    "volunteer_call": "tocsin.mobilisation.volunteers.services.entries:FIELD_ACTS",
    "door_walk": "tocsin.mobilisation.rounds.services.entries:FIELD_ACTS",
    "work_permit": "tocsin.hazchem.permits.services.field:FIELD_ACTS",
    "check_task": "tocsin.hazchem.prevention.services.field:FIELD_ACTS",
    "supply_delivery": "tocsin.supplies.requests.services.deliveries:FIELD_ACTS",
    "stocktake": "tocsin.supplies.stocktakes.services.counts:FIELD_ACTS",
    "upkeep": "tocsin.supplies.upkeep.services.results:FIELD_ACTS",
}

# Lines of a case's time line: the acts of each subject with their sentences, see `tocsin.screens.timeline`.
TIME_LINES = (
    "tocsin.command.casebook.shown.time_line:LINES",
    "tocsin.command.orders.shown:LINES",
    "tocsin.command.urging.shown:LINES",
    "tocsin.command.plans.shown.plans:LINES",
    "tocsin.command.routing.shown.cases:LINES",
    "tocsin.command.reports.shown.words:LINES",
    "tocsin.command.handling.shown:LINES",
    "tocsin.command.calls.shown:LINES",
    "tocsin.mobilisation.volunteers.shown.calls:LINES",
    "tocsin.supplies.requests.shown.names:LINES",
    "tocsin.supplies.requisitions.shown.names:LINES",
    "tocsin.mobilisation.public_warnings.shown.of_source:LINES",
)

# For what volunteers are needed, by kind: see `tocsin.mobilisation.volunteers.queries.needs.FindSubject`.
NEED_SUBJECTS = {
    "case": "tocsin.command.case_page.shown.needs:case_in_need",
    "public_warning": "tocsin.mobilisation.rounds.queries.needs:warning_in_need",
    "supply_request": "tocsin.mobilisation.volunteers.queries.supply_requests:supply_request_in_need",
}

# For what a release is estimated, by kind, and what was done because of an estimate: see
# `tocsin.hazchem.releases.queries.subjects`.
RELEASE_SUBJECTS = {"case": "tocsin.command.case_page.shown.releases:case_of_release"}
RELEASE_FOLLOWED_BY = (
    "tocsin.mobilisation.public_warnings.shown.of_source:warnings_of_release",
    "tocsin.command.case_page.shown.releases:acts_of_release",
)

# For what supplies are requested, by kind, who loads and drives, and what is requisitioned: see
# `tocsin.supplies.requests.queries.subjects`.
SUPPLY_SUBJECTS = {"case": "tocsin.command.case_page.shown.supplies:case_that_needs_supplies"}
SUPPLY_HELP = "tocsin.mobilisation.volunteers.shown.supply_requests:help_for_supply_request"
SUPPLY_REQUISITIONS = "tocsin.supplies.requisitions.shown.of_request:requisitions_of_request"

# Because of what those who answer for exposed bodies are told, by kind: see `tocsin.atlas.exposure.queries.telling.FindOccasion`.
TELLING_OCCASIONS = {
    "case": "tocsin.command.case_page.shown.near:case_that_endangers",
    "public_warning": "tocsin.mobilisation.public_warnings.shown.exposed:warning_that_concerns",
    "incoming_warning": "tocsin.mobilisation.incoming_warnings.shown.exposed:incoming_that_concerns",
    "release": "tocsin.hazchem.releases.shown.occasions:release_that_endangers",
}

# Parts of a public warning's page that subjects above contribute, see `tocsin.mobilisation.public_warnings.shown.sections`.
WARNING_SECTIONS = (
    "tocsin.mobilisation.public_warnings.shown.exposed:SECTION",
    "tocsin.mobilisation.rounds.shown.section:SECTION",
)


__all__ = (
    "ALARMS_FOLLOWED_BY",
    "ALARM_CASES",
    "ALARM_GUIDANCE",
    "ALARM_POINTS",
    "ALARM_WORDS",
    "ALARM_WORKS",
    "API_ROUTERS",
    "CHANNELS",
    "CHANNEL_ORDER",
    "COMMANDS",
    "DEVICE_POLLERS",
    "DEVICE_PROTOCOLS",
    "DEVICE_SECTIONS",
    "DEVICE_TOPICS",
    "FEATURE_COLLECTIONS",
    "FINDING_ORIGINS",
    "GAUGES",
    "GRANTED_RESOURCE",
    "HOMES",
    "HOME_PIECES",
    "HOME_PIECES_OF_ROLE",
    "IMPORT_KINDS",
    "INCIDENTS_AT_FIRMS",
    "IN_AREA",
    "LIVE",
    "LOOPS",
    "MAP_LAYERS",
    "NOTICES",
    "OBJECT_SECTIONS",
    "ORDERS_FOLLOWED_BY",
    "PAGES",
    "PAPERS",
    "PERMIT_PAGE",
    "PLANNED_OUTAGES",
    "POLICY_FILES",
    "POLICY_TRIALS",
    "PROCESSES",
    "PUBLIC_LINES",
    "READINESS_CHECKS",
    "RECEIPT_TAKERS",
    "RESOURCE_SECTIONS",
    "RETENTION",
    "SETUP_STEPS",
    "SIGHTING_LINKS",
    "STILL_NEEDED",
    "TASKS_MET_BY",
    "TASK_PAGES",
    "TASK_WORDS",
    "WAITING",
    "WARNING_SOURCES",
    "WORKS_AT_FIRM",
)
