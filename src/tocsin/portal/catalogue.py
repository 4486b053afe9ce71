"""All wiring, by name. To be in a tuple here is the whole registration; this file loads without Django."""

from tocsin.jurisdiction.rights.rules import Permission
from tocsin.sensing.doors.rules.settings import DeviceProtocol

APPS = (
    *("tocsin.bus", "tocsin.jurisdiction", "tocsin.records", "tocsin.notices", "tocsin.atlas", "tocsin.lifelines"),
    *("tocsin.sensing", "tocsin.warning", "tocsin.supervision", "tocsin.mobilisation", "tocsin.command", "tocsin.portal"),
)

# Command -> where its click command is. Loaded only when called, so that `tocsin --help` is quick.
COMMANDS = {
    "accuracy": "tocsin.workshop.commands.accuracy:accuracy",
    "allocate": "tocsin.workshop.commands.allocate:allocate",
    "backup": "tocsin.portal.commands.backup:backup",
    "bench": "tocsin.workshop.commands.bench:bench",
    "cap": "tocsin.workshop.commands.cap:cap",
    "cases": "tocsin.workshop.commands.cases:cases",
    "demo": "tocsin.workshop.commands.demo:demo",
    "detect": "tocsin.workshop.commands.detect:detect",
    "diagnose": "tocsin.workshop.commands.diagnose:diagnose",
    "duty": "tocsin.workshop.commands.duty:duty",
    "firms": "tocsin.workshop.commands.firms:firms",
    "keys": "tocsin.portal.commands.keys:keys",
    "load": "tocsin.workshop.commands.load:load",
    "manage": "tocsin.portal.commands.manage:manage",
    "policy": "tocsin.portal.commands.policy:policy",
    "prepare": "tocsin.portal.commands.up:prepare",
    "restore": "tocsin.portal.commands.backup:restore",
    "rewards": "tocsin.workshop.commands.rewards:rewards",
    "run": "tocsin.portal.commands.up:run",
    "simulate": "tocsin.workshop.commands.simulate:simulate",
    "up": "tocsin.portal.commands.up:up",
    "workstatus": "tocsin.workshop.commands.workstatus:workstatus",
}

# What lies sealed under the installation's keys, and who seals it anew when they change: `base.keys.Reseal`.
SEALED = {
    "second steps": "tocsin.jurisdiction.face:seal_second_steps_anew",
    "subscribers": "tocsin.mobilisation.public_warnings.services.addresses:seal_subscribers_anew",
    "warning deliveries": "tocsin.mobilisation.public_warnings.services.addresses:seal_deliveries_anew",
}

# Process -> its entry: a function without arguments that runs until SIGTERM. Started in this order; the bus is stopped last.
PROCESSES = {
    "bus": "tocsin.bus.server:run",
    "web": "tocsin.portal.web:run",
    "detector": "tocsin.warning.detection.loops.process:run",
    "worker": "tocsin.portal.worker:run",
    "watcher": "tocsin.warning.early_signs.loops.process:run",
    "door": "tocsin.sensing.doors.loops:run",
}

# Tables of loops of the worker, see `tocsin.bus.loops`: each a tuple of rows beside what they work on.
LOOPS = (
    "tocsin.bus.relay:LOOPS",
    "tocsin.jurisdiction.rosters.loops:LOOPS",
    "tocsin.jurisdiction.people.loops:LOOPS",
    "tocsin.records.audit.loops:LOOPS",
    "tocsin.records.retention.loops:LOOPS",
    "tocsin.records.attachments.loops:LOOPS",
    "tocsin.notices.sending.loops:LOOPS",
    "tocsin.notices.reachability.loops:LOOPS",
    "tocsin.notices.confirming.loops:LOOPS",
    "tocsin.sensing.history.loops:LOOPS",
    "tocsin.sensing.quarantine.loops:LOOPS",
    "tocsin.warning.alarms.loops:LOOPS",
    "tocsin.warning.outlook.loops:LOOPS",
    "tocsin.warning.early_signs.loops.joining:LOOPS",
    "tocsin.warning.conditions.loops:LOOPS",
    "tocsin.supervision.platforms.consumers:LOOPS",
    "tocsin.supervision.tasks.loops:LOOPS",
    "tocsin.supervision.periods.loops:LOOPS",
    "tocsin.supervision.posts.loops:LOOPS",
    "tocsin.supervision.work.loops:LOOPS",
    "tocsin.supervision.electrical.loops:LOOPS",
    "tocsin.supervision.points.loops:LOOPS",
    "tocsin.supervision.inspections.loops:LOOPS",
    "tocsin.mobilisation.volunteers.loops:LOOPS",
    "tocsin.mobilisation.public_warnings.loops:LOOPS",
    "tocsin.mobilisation.incoming_warnings.loops:LOOPS",
    "tocsin.mobilisation.hazard_reports.loops:LOOPS",
    "tocsin.mobilisation.rewards.loops:LOOPS",
    "tocsin.mobilisation.figures.loops:LOOPS",
    "tocsin.command.gathering.consumers:LOOPS",
    "tocsin.command.gathering.loops:LOOPS",
    "tocsin.notices.rosters.consumers:LOOPS",
    "tocsin.notices.accounts.consumers:LOOPS",
    "tocsin.notices.proposals.consumers:LOOPS",
    "tocsin.command.reports.loops:LOOPS",
    "tocsin.command.escalation.loops:LOOPS",
    "tocsin.command.urging.loops:LOOPS",
    "tocsin.command.closing.loops:LOOPS",
    "tocsin.command.drills.loops:LOOPS",
    "tocsin.command.handling.loops:LOOPS",
    "tocsin.command.quality.loops:LOOPS",
)

# Policy files: a `tocsin.base.policy.PolicyFile`, or a tuple of them; in the order of the page of all policy.
POLICY_FILES = (
    "tocsin.screens.budgets.policy:BUDGETS",
    "tocsin.warning.detection.policy:DETECTION",
    "tocsin.warning.conditions.policy:CONDITIONS",
    "tocsin.warning.alarms.policy:QUALITY",
    "tocsin.warning.alarms.policy:HANDLING",
    "tocsin.warning.covers.policy:COVERS",
    "tocsin.warning.causes.policy.causes:CAUSES",
    "tocsin.warning.causes.policy.checks:CHECKS",
    "tocsin.warning.early_signs.policy:WATCH",
    "tocsin.warning.outlook.policy:HAZARDS",
    "tocsin.lifelines.policy:MEDIA",
    "tocsin.sensing.devices.policy:DEVICES",
    "tocsin.command.casebook.policy:GATHERING",
    "tocsin.command.casebook.policy:CASES",
    "tocsin.command.escalation.policy:ESCALATION",
    "tocsin.command.routing.policy.routing:ROUTING",
    "tocsin.notices.messages.policy:SENDING",
    "tocsin.command.orders.policy:ORDERS",
    "tocsin.command.urging.policy:URGING",
    "tocsin.command.guidance.policy:GUIDANCE",
    "tocsin.command.plans.policy:PLANS",
    "tocsin.command.intake.policy:INTAKE",
    "tocsin.command.shifts.policy:DESK",
    "tocsin.command.reports.policy:REPORTS",
    "tocsin.command.quality.policy:QUALITY",
    "tocsin.command.drills.policy:DRILLS",
    "tocsin.supervision.objects.policy.register:REGISTER",
    "tocsin.supervision.objects.policy.register:TRADES",
    "tocsin.supervision.objects.policy.identity:IDENTITY",
    "tocsin.supervision.tasks.policy:TASKS",
    "tocsin.supervision.inspections.policy.checklists:CHECKLISTS",
    "tocsin.supervision.inspections.policy.inspections:INSPECTIONS",
    "tocsin.supervision.inspections.policy.papers:FORMS",
    "tocsin.supervision.points.policy:POINTS",
    "tocsin.supervision.work.policy.judging:WORK",
    "tocsin.supervision.work.policy.days:DAYS",
    "tocsin.supervision.work.policy.power:POWER",
    "tocsin.supervision.work.policy.devices:METERS",
    "tocsin.supervision.stops.policy:CONDITIONS",
    "tocsin.supervision.evidence.policy:EVIDENCE",
    "tocsin.supervision.weather.policy:WEATHER",
    "tocsin.supervision.platforms.policy:LATENESS",
    "tocsin.supervision.objects.policy.posts:POSTS",
    "tocsin.supervision.posts.policy:DUTY",
    "tocsin.mobilisation.hazard_reports.policy.reports:REPORTS",
    "tocsin.mobilisation.hazard_reports.policy.apps:APPS",
    "tocsin.mobilisation.hazard_reports.policy.routing:ROUTING",
    "tocsin.mobilisation.rewards.policy:REWARDS",
    "tocsin.mobilisation.figures.policy:FIGURES",
    "tocsin.mobilisation.public_warnings.policy:PUBLIC_WARNINGS",
    "tocsin.mobilisation.incoming_warnings.policy:INCOMING_WARNINGS",
    "tocsin.mobilisation.volunteers.policy:VOLUNTEERS",
    "tocsin.jurisdiction.people.policy:PEOPLE",
    "tocsin.jurisdiction.contacts.policy:CONTACTS",
    "tocsin.records.retention.policy:RETENTION",
    "tocsin.records.calendar.policy:CALENDAR",
    "tocsin.records.audit.policy:AUDIT",
    "tocsin.records.attachments.policy:ATTACHMENTS",
    "tocsin.records.papers.policy:PRESS",
)

# Policy file -> what a draft of it shows when it is tried, beside the values that change: `try(row, content)` returns plain JSON.
POLICY_TRIALS: dict[str, str] = {
    "warning.detection": "tocsin.warning.detection.queries.changes:try_profiles",
    "warning.conditions": "tocsin.warning.conditions.queries.trials:try_conditions",
    "command.routing": "tocsin.command.routing.queries:try_routing",
    "command.plans": "tocsin.command.plans.queries.versions:try_card",
    "supervision.tasks": "tocsin.supervision.tasks.services.trial:try_draft",
    "records.retention": "tocsin.records.retention.queries:try_retention",
}

# Protocols that devices speak, with their ports: classes as in `tocsin.sensing.doors.services.gatehouse.Door`.
DEVICE_PROTOCOLS = (
    DeviceProtocol("mqtt", "tocsin.sensing.doors.api.mqtt:MqttDoor", "TOCSIN_MQTT_PORT", 1883),
    DeviceProtocol(
        "http",
        "tocsin.sensing.doors.api.http:HttpDoor",
        "TOCSIN_DOOR_HTTP_PORT",
        8001,
        "http://{host}:{port}/v1/readings",
        "TOCSIN_DOOR_HTTP_HOST",
    ),
)

# Papers: name of the template -> its builder, see `tocsin.records.papers.rules.Builder`.
PAPERS = {
    "case_report": "tocsin.command.case_page.papers.cases:case_report",
    "daily_brief": "tocsin.command.duty.papers:daily_brief",
    "disposal_notice": "tocsin.command.case_page.papers.orders:disposal_notice",
    "hazard_receipt": "tocsin.mobilisation.hazard_reports.papers:hazard_receipt",
    "handover_sheet": "tocsin.command.duty.papers:handover_sheet",
    "inspection_record": "tocsin.supervision.inspections.papers.inspections:inspection_record",
    "object_sign": "tocsin.supervision.objects.papers.signs:object_sign",
    "object_signs": "tocsin.supervision.objects.papers.signs:object_signs",
    "recheck_opinion": "tocsin.supervision.inspections.papers.inspections:recheck_opinion",
    "rectification_order": "tocsin.supervision.inspections.papers.inspections:rectification_order",
    "report": "tocsin.command.reports.papers:report",
    "reward_decision": "tocsin.mobilisation.rewards.papers:reward_decision",
    "reward_voucher": "tocsin.mobilisation.rewards.papers:reward_voucher",
    "volunteer_record": "tocsin.mobilisation.volunteers.papers:volunteer_record",
    "supervision_order": "tocsin.command.case_page.papers.orders:supervision_order",
}

# What shows that somebody acts on an acknowledged alarm: from ids of alarms to those of them (`timers.Followed`).
ALARMS_FOLLOWED_BY = ("tocsin.command.casebook.queries.followed:followed_by_cases",)

# Types of objects that files may be attached to -> who may read the object, see `tocsin.records.attachments.queries.MayRead`.
ATTACHED_TO = {
    "case": "tocsin.command.orders.queries.attached:may_read_case",
    "order": "tocsin.command.orders.queries.attached:may_read_order",
    "task": "tocsin.supervision.tasks.queries.tasks:may_read_task",
    "finding": "tocsin.supervision.inspections.queries.attached:may_read_finding",
    "inspection": "tocsin.supervision.inspections.queries.attached:may_read_inspection",
    "hazard_report": "tocsin.mobilisation.hazard_reports.queries.reports:may_read_report",
    "sealed_photo": "tocsin.mobilisation.hazard_reports.queries.reports:nobody_reads",
    "resumption_condition": "tocsin.supervision.stops.queries:may_read_condition",
}

# What is kept for a time: rows `tocsin.records.retention.rules.Kept`.
RETENTION = (
    "tocsin.records.retention.shown:PEOPLE",
    "tocsin.command.retention.services.cases:CASES",
    "tocsin.command.retention.services.persons:PERSONS",
    "tocsin.command.retention.services.drills:DRILLS",
    "tocsin.command.retention.services.shifts:SHIFTS",
    "tocsin.warning.diagnosis.services.keeping:KEPT",
    "tocsin.notices.messages.services.keeping:KEPT",
    "tocsin.records.retention.shown:AUDIT",
    "tocsin.sensing.history.services:KEPT",
    "tocsin.supervision.inspections.services.forgetting:INSPECTIONS",
    "tocsin.supervision.inspections.services.forgetting:FINDINGS",
    "tocsin.supervision.work.services.forgetting:EPISODES",
    "tocsin.supervision.tasks.services.forgetting:KEPT",
    "tocsin.supervision.posts.services.forgetting:KEPT",
    "tocsin.supervision.evidence.services:KEPT",
    "tocsin.supervision.weather.services:KEPT",
    "tocsin.supervision.posts.services.signs:KEPT",
    "tocsin.mobilisation.public_warnings.services.keeping:KEPT",
    "tocsin.mobilisation.rounds.services.keeping:KEPT",
    "tocsin.mobilisation.incoming_warnings.services.keeping:KEPT",
    "tocsin.mobilisation.volunteers.services.keeping:ENTRIES",
    "tocsin.mobilisation.volunteers.services.keeping:NEEDS",
    "tocsin.mobilisation.rewards.services.forgetting:REPORTS",
    "tocsin.mobilisation.rewards.services.forgetting:IDENTITIES",
)

# Kind of objects -> who still needs some of them, however old they are: functions without arguments that return numbers. For
# what is no row of the objects' own capability or of those below it.
STILL_NEEDED = {
    "case": (
        "tocsin.supervision.work.queries.episodes:cases_of_open_episodes",
        "tocsin.mobilisation.hazard_reports.queries.needs:cases_of_open_reports",
        "tocsin.mobilisation.public_warnings.queries.needs:cases_of_running_warnings",
        "tocsin.mobilisation.volunteers.queries.needs:cases_of_open_needs",
    ),
    "inspection": ("tocsin.mobilisation.hazard_reports.queries.needs:inspections_of_reports",),
}

# What each subject keeps of a person, for that person alone: section of the export -> function of the person, see
# `tocsin.records.own_data`.
OWN_DATA = {
    "account": "tocsin.jurisdiction.contacts.queries.own_data:own_account",
    "roles": "tocsin.jurisdiction.contacts.queries.own_data:own_grants",
    "contact_points": "tocsin.jurisdiction.contacts.queries.own_data:own_contacts",
    "sessions": "tocsin.jurisdiction.contacts.queries.own_data:own_sessions",
    "tokens": "tocsin.jurisdiction.contacts.queries.own_data:own_tokens",
    "notices": "tocsin.notices.inbox.shown:own_notices",
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
    "volunteer_call": "tocsin.mobilisation.volunteers.services.entries:FIELD_ACTS",
    "door_walk": "tocsin.mobilisation.rounds.services.entries:FIELD_ACTS",
}

# Subjects of command that follow what units do with their orders, see `tocsin.command.orders.services.followers`.
ORDERS_FOLLOWED_BY = ("tocsin.command.plans.services.following:FOLLOWER",)

# What shows that a task is done -> the tasks for which there is such a record, see `tocsin.supervision.tasks.queries.matching`.
TASKS_MET_BY = {
    "commitment": "tocsin.supervision.tasks.queries.matching:met_by_commitment",
    "permits": "tocsin.supervision.tasks.queries.matching:met_by_permits",
    "monitoring": "tocsin.supervision.tasks.queries.matching:met_by_monitoring",
    "inspection": "tocsin.supervision.inspections.queries.inspections:met_by_inspection",
    "certificates": "tocsin.supervision.posts.queries.certificates:met_by_certificates",
}

# Key of a task's evidence -> what the task is about, in words made of its evidence.
TASK_WORDS = {
    "danger": "tocsin.supervision.work.shown.power:danger_words",
    "special_period": "tocsin.supervision.periods.shown:period_words",
    "warning": "tocsin.mobilisation.incoming_warnings.shown.notices:warning_words",
}

# Words for alarms that no detector raises, see `tocsin.warning.alarms.shown.sentences.RuleWords`.
ALARM_WORDS = ("tocsin.warning.conditions.shown:WORDS",)

# Sections of an object's page in their order, see `tocsin.supervision.objects.shown.Section`.
OBJECT_SECTIONS = (
    "tocsin.supervision.points.shown.section:SECTION",
    "tocsin.supervision.work.shown.section:SECTION",
    "tocsin.supervision.posts.shown.wall:SECTION",
    "tocsin.supervision.tasks.shown.section:SECTION",
    "tocsin.supervision.inspections.shown.sections:INSPECTIONS",
    "tocsin.supervision.inspections.shown.sections:FINDINGS",
)

# What the screen of an alarm shows of its case: `tocsin.warning.alarms.shown.cases.AlarmCases`.
ALARM_CASES = "tocsin.command.case_page.shown.strips:ALARM_CASES"

# Who is asked whose letter a gateway's receipt is about that fits no notice: a function of receipt, channel and time, which
# answers True where it counts.
RECEIPT_TAKERS = ("tocsin.mobilisation.public_warnings.services.receipts:take_receipt",)

# What a public warning may be drafted from: kind -> a function of person and id, see
# `tocsin.mobilisation.public_warnings.rules.sources`.
WARNING_SOURCES = {
    "alarm": "tocsin.mobilisation.public_warnings.queries.sources:from_alarm",
    "case": "tocsin.command.case_page.shown.warnings:from_case",
    "early_sign": "tocsin.mobilisation.public_warnings.queries.sources:from_early_sign",
    "message": "tocsin.mobilisation.incoming_warnings.queries.incoming:from_message",
}

# What of each capability lies in an area, see `tocsin.atlas.rules.exposure.FindInArea`.
IN_AREA = (
    "tocsin.sensing.devices.queries.area:sensors_in_area",
    "tocsin.lifelines.queries:assets_in_area",
    "tocsin.supervision.objects.queries.area:firms_in_area",
    "tocsin.mobilisation.volunteers.queries.area:volunteers_in_area",
)

# What must not be done and what to mind at an alarm, see `tocsin.warning.alarms.shown.guidance.Guide`.
ALARM_GUIDANCE = "tocsin.command.guidance.shown:alarm_guidance"

# What the page behind an object's printed code tells everybody, in words: a function of the object and the day each.
PUBLIC_LINES = ("tocsin.supervision.stops.shown.stops:public_line",)

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
)

# For what volunteers are needed, by kind: see `tocsin.mobilisation.volunteers.queries.needs.FindSubject`.
NEED_SUBJECTS = {
    "case": "tocsin.command.case_page.shown.needs:case_in_need",
    "public_warning": "tocsin.mobilisation.rounds.queries.needs:warning_in_need",
}

# Parts of a public warning's page that subjects above contribute, see `tocsin.mobilisation.public_warnings.shown.sections`.
WARNING_SECTIONS = ("tocsin.mobilisation.rounds.shown.section:SECTION",)

# Channels of notice in the order in which forms offer them: classes as in `tocsin.notices.channels.rules.letters.Channel`.
CHANNELS = (
    "tocsin.notices.channels.services.short_message:SmsChannel",
    "tocsin.notices.channels.services.short_message:VoiceChannel",
    "tocsin.notices.channels.services.email:EmailChannel",
    "tocsin.notices.channels.services.web_push:WebPushChannel",
    "tocsin.notices.channels.services.messenger:MessengerChannel",
    "tocsin.notices.channels.services.webhook:WebhookChannel",
)

# What notices are about and what they are for: see `tocsin.notices.messages.queries.contributions.Contribution`.
NOTICES = (
    "tocsin.notices.messages.shown:NOTICES",
    "tocsin.notices.sending.shown:NOTICES",
    "tocsin.notices.reachability.shown:NOTICES",
    "tocsin.notices.confirming.shown:NOTICES",
    "tocsin.notices.rosters.shown:NOTICES",
    "tocsin.notices.accounts.shown:NOTICES",
    "tocsin.notices.system.shown:NOTICES",
    "tocsin.notices.proposals.shown:NOTICES",
    "tocsin.sensing.quarantine.shown:NOTICES",
    "tocsin.warning.alarms.shown.notices:NOTICES",
    "tocsin.supervision.stops.shown.notices:NOTICES",
    "tocsin.supervision.work.services.notices:NOTICES",
    "tocsin.warning.covers.shown.notices:NOTICES",
    "tocsin.supervision.electrical.services.notices:NOTICES",
    "tocsin.supervision.periods.shown:NOTICES",
    "tocsin.supervision.posts.services.notices:NOTICES",
    "tocsin.supervision.inspections.services.notices:NOTICES",
    "tocsin.supervision.tasks.shown.notices:NOTICES",
    "tocsin.mobilisation.hazard_reports.shown.notices:NOTICES",
    "tocsin.mobilisation.rewards.shown.notices:NOTICES",
    "tocsin.mobilisation.hazard_reports.shown.identity:NOTICES",
    "tocsin.supervision.points.shown.notices:NOTICES",
    "tocsin.mobilisation.volunteers.services.answers:NOTICES",
    "tocsin.mobilisation.rounds.shown.notices:NOTICES",
    "tocsin.mobilisation.public_warnings.shown.notices:NOTICES",
    "tocsin.mobilisation.incoming_warnings.services.contributions:NOTICES",
    "tocsin.command.routing.services.purposes:NOTICES",
    "tocsin.command.orders.services.answers:NOTICES",
    "tocsin.command.escalation.shown:NOTICES",
    "tocsin.command.urging.services:NOTICES",
    "tocsin.command.reports.shown.notices:NOTICES",
    "tocsin.command.shifts.services:NOTICES",
    "tocsin.command.duty.shown.notices:NOTICES",
    "tocsin.command.quality.shown.notices:NOTICES",
)

# What waits for people to act, see `tocsin.screens.waiting`.
WAITING = (
    "tocsin.command.urging.shown:WAITING",
    "tocsin.command.case_page.shown.waiting:WAITING",
    "tocsin.warning.covers.shown.waiting:WAITING",
    "tocsin.warning.early_signs.shown:WAITING",
    "tocsin.command.duty.shown.waiting:WAITING",
    "tocsin.command.reports.shown.waiting:WAITING",
    "tocsin.supervision.stops.shown.waiting:WAITING",
    "tocsin.supervision.work.shown.waiting:WAITING",
    "tocsin.supervision.tasks.shown.waiting:WAITING",
    "tocsin.supervision.inspections.shown.waiting:WAITING",
    "tocsin.supervision.points.shown.waiting:WAITING",
    "tocsin.supervision.platforms.shown:WAITING",
    "tocsin.supervision.electrical.shown.dangers:WAITING",
    "tocsin.supervision.posts.shown.waiting:WAITING",
    "tocsin.mobilisation.public_warnings.shown.waiting:WAITING",
    "tocsin.mobilisation.incoming_warnings.shown.waiting:WAITING",
    "tocsin.mobilisation.hazard_reports.shown.waiting:WAITING",
    "tocsin.mobilisation.rewards.shown.waiting:WAITING",
    "tocsin.mobilisation.rounds.shown.waiting:WAITING",
    "tocsin.mobilisation.volunteers.shown.waiting:WAITING",
    "tocsin.command.units.shown.waiting:WAITING",
    "tocsin.records.versions.shown:WAITING",
    "tocsin.notices.accounts.shown:WAITING",
)

# Where somebody lands after signing in, and by the logo: the page of the first permission that is held; of none, what waits.
HOMES: tuple[tuple[Permission, str], ...] = (
    ("duty.keep", "console"),
    ("system.see", "loops"),
    ("firm.work", "firm_phone"),
    ("inspections.work", "waiting"),
    ("hazards.handle", "hazard_reports"),
    ("rewards.pay", "reward_till"),
    ("identity.keep", "identity_keys"),
    ("secrecy.watch", "identity_keys"),
    ("alarms.see", "console"),
    ("rosters.manage", "orders"),
    ("orders.work", "crew_phone"),
    ("volunteers.help", "helper_phone"),
    ("roles.grant", "people"),
    ("audit.see", "audit"),
)

# What browsers hear of over the live stream, see `tocsin.screens.live.tables`.
LIVE = (
    "tocsin.warning.console.consumers:LIVE",
    "tocsin.sensing.health.consumers:LIVE",
    "tocsin.notices.inbox.consumers:LIVE",
    "tocsin.command.case_page.consumers:LIVE",
    "tocsin.mobilisation.rounds.consumers:LIVE",
)

# Layers of the console's map beside networks, sensors and alarms (`tocsin.atlas.rules.layers.MapLayer`).
MAP_LAYERS = (
    "tocsin.command.case_page.map_layers:CASES",
    "tocsin.command.units.map_layers:CREWS",
    "tocsin.mobilisation.volunteers.map_layers:NEEDS",
    "tocsin.mobilisation.incoming_warnings.map_layers:INCOMING",
    "tocsin.supervision.work.map_layers:WORK",
    "tocsin.warning.covers.map_layers:WORKS",
)

# Ninja routers of the API: prefix under /api/v1 -> the routers of its subjects.
API_ROUTERS = {
    "command": (
        "tocsin.command.case_page.api.cases:router",
        "tocsin.command.urging.api:router",
        "tocsin.notices.inbox.api:router",
        "tocsin.notices.waiting.api:router",
    ),
    "jurisdiction": (
        "tocsin.jurisdiction.areas.api:router",
        "tocsin.jurisdiction.rights.api:router",
        "tocsin.jurisdiction.bodies.api:router",
        "tocsin.jurisdiction.people.api:router",
        "tocsin.jurisdiction.contacts.api:router",
        "tocsin.jurisdiction.rosters.api:router",
    ),
    "lifelines": ("tocsin.lifelines.api:router",),
    "mobilisation": (
        *("tocsin.mobilisation.public_warnings.api:router", "tocsin.mobilisation.incoming_warnings.api:router"),
        *("tocsin.mobilisation.rewards.api:router", "tocsin.mobilisation.figures.api:router"),
        *("tocsin.mobilisation.hazard_reports.api.reports:router", "tocsin.mobilisation.hazard_reports.api.routing:router"),
        *("tocsin.mobilisation.hazard_reports.api.identity:router", "tocsin.mobilisation.volunteers.api.register:router"),
        *("tocsin.mobilisation.volunteers.api.needs:router", "tocsin.mobilisation.rounds.api:router"),
    ),
    "notices": ("tocsin.notices.reachability.api:router",),
    "records": (
        "tocsin.records.audit.api:router",
        "tocsin.records.attachments.api:router",
        "tocsin.records.papers.api:router",
        "tocsin.records.versions.api:router",
    ),
    "sensing": (
        "tocsin.sensing.devices.api:router",
        "tocsin.sensing.history.api:router",
        "tocsin.sensing.quarantine.api:router",
    ),
    "supervision": (
        *("tocsin.supervision.objects.api.register:router", "tocsin.supervision.objects.api.sources:router"),
        *("tocsin.supervision.tasks.api:router", "tocsin.supervision.inspections.api.inspections:router"),
        *("tocsin.supervision.inspections.api.draws:router", "tocsin.supervision.points.api.points:router"),
        *("tocsin.supervision.points.api.policy:router", "tocsin.supervision.meters.api:router"),
        *("tocsin.supervision.weather.api:router", "tocsin.supervision.work.api:router"),
        *("tocsin.supervision.electrical.api:router", "tocsin.supervision.stops.api:router"),
        *("tocsin.supervision.platforms.api:router", "tocsin.supervision.periods.api:router"),
        *("tocsin.supervision.posts.api.posts:router", "tocsin.supervision.posts.api.absences:router"),
        *("tocsin.supervision.posts.api.terminals:router", "tocsin.supervision.firms.api.firm:router"),
        "tocsin.supervision.summary.api:router",
    ),
    "warning": (
        "tocsin.warning.alarms.api:router",
        "tocsin.warning.console.api:router",
        "tocsin.warning.covers.api:router",
        "tocsin.warning.diagnosis.api.diagnoses:router",
        "tocsin.warning.diagnosis.api.feedback:router",
        "tocsin.warning.diagnosis.api.replays:router",
        "tocsin.warning.outlook.api:router",
        "tocsin.warning.early_signs.api:router",
        "tocsin.warning.conditions.api:router",
    ),
}

# URL prefix and URL module of each capability's pages.
PAGES = (
    ("", "tocsin.warning.console.urls"),
    ("", "tocsin.warning.alarms.urls"),
    ("", "tocsin.warning.covers.urls"),
    ("", "tocsin.warning.diagnosis.urls"),
    ("", "tocsin.warning.early_signs.urls"),
    ("", "tocsin.warning.conditions.urls"),
    ("cases/", "tocsin.command.case_page.urls"),
    ("crew/", "tocsin.command.units.urls.crew"),
    ("orders/urging/", "tocsin.command.urging.urls"),
    ("orders/", "tocsin.command.units.urls.orders"),
    ("notices/", "tocsin.notices.inbox.urls.lists"),
    ("n/", "tocsin.notices.inbox.urls.links"),
    ("waiting/", "tocsin.notices.waiting.urls"),
    ("plans/", "tocsin.command.plans.urls"),
    ("duty/", "tocsin.command.duty.urls"),
    ("reports/", "tocsin.command.reports.urls"),
    ("drills/", "tocsin.command.drills.urls"),
    ("quality/", "tocsin.command.quality.urls"),
    ("supervision/", "tocsin.supervision.summary.urls"),
    ("objects/", "tocsin.supervision.objects.urls.register"),
    ("q/", "tocsin.supervision.objects.urls.codes"),
    ("tasks/rules/", "tocsin.supervision.points.urls.task_rules"),
    ("tasks/", "tocsin.supervision.tasks.urls"),
    ("inspections/", "tocsin.supervision.inspections.urls"),
    ("points/", "tocsin.supervision.points.urls.points"),
    ("work/platforms/", "tocsin.supervision.platforms.urls"),
    ("work/weather/", "tocsin.supervision.weather.urls"),
    ("work/electrical/", "tocsin.supervision.electrical.urls"),
    ("work/meters/", "tocsin.supervision.meters.urls"),
    ("work/", "tocsin.supervision.stops.urls"),
    ("work/", "tocsin.supervision.work.urls"),
    ("presence/periods/", "tocsin.supervision.periods.urls"),
    ("presence/", "tocsin.supervision.posts.urls"),
    ("firm/", "tocsin.supervision.firms.urls"),
    ("volunteers/", "tocsin.mobilisation.volunteers.urls.desk"),
    ("help/", "tocsin.mobilisation.volunteers.urls.phone"),
    ("warnings/in/", "tocsin.mobilisation.incoming_warnings.urls"),
    ("warnings/", "tocsin.mobilisation.rounds.urls.desk"),
    ("warnings/", "tocsin.mobilisation.public_warnings.urls.warnings"),
    ("doors/", "tocsin.mobilisation.rounds.urls.phone"),
    ("w/", "tocsin.mobilisation.public_warnings.urls.public"),
    ("hazard/figures/", "tocsin.mobilisation.figures.urls.public"),
    ("hazard/", "tocsin.mobilisation.hazard_reports.urls.public"),
    ("hazard/", "tocsin.mobilisation.rewards.urls.public"),
    ("identity/", "tocsin.mobilisation.hazard_reports.urls.identity"),
    ("hazard-reports/figures/", "tocsin.mobilisation.figures.urls.desk"),
    ("hazard-reports/", "tocsin.mobilisation.hazard_reports.urls.desk"),
    ("rewards/", "tocsin.mobilisation.rewards.urls.desk"),
    ("", "tocsin.jurisdiction.people.urls"),
    ("", "tocsin.jurisdiction.directory.urls"),
    ("", "tocsin.jurisdiction.contacts.urls"),
    ("", "tocsin.jurisdiction.rosters.urls"),
    ("sensing/", "tocsin.sensing.devices.urls"),
    ("sensing/", "tocsin.sensing.quarantine.urls"),
    ("lifelines/", "tocsin.lifelines.urls"),
    ("records/", "tocsin.records.audit.urls"),
    ("", "tocsin.records.own_data.urls"),
    ("records/", "tocsin.records.attachments.urls"),
    ("records/", "tocsin.records.papers.urls"),
    ("system/", "tocsin.records.system.urls"),
    ("system/", "tocsin.records.retention.urls"),
    ("policy/", "tocsin.records.versions.urls"),
    ("map/", "tocsin.atlas.urls"),
)
