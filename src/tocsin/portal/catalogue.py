"""All wiring, by name. To be in a tuple here is the whole registration; this file loads without Django."""

APPS = (
    "tocsin.bus",
    "tocsin.jurisdiction",
    "tocsin.records",
    "tocsin.atlas",
    "tocsin.lifelines",
    "tocsin.sensing",
    "tocsin.warning",
    "tocsin.supervision",
    "tocsin.command",
    "tocsin.portal",
)

# Command -> where its click command is. Loaded only when called, so that `tocsin --help` is quick.
COMMANDS = {
    "accuracy": "tocsin.portal.commands.accuracy:accuracy",
    "backup": "tocsin.portal.commands.backup:backup",
    "bench": "tocsin.portal.commands.bench:bench",
    "cases": "tocsin.portal.commands.cases:cases",
    "demo": "tocsin.portal.commands.demo:demo",
    "detect": "tocsin.portal.commands.detect:detect",
    "diagnose": "tocsin.portal.commands.diagnose:diagnose",
    "duty": "tocsin.portal.commands.duty:duty",
    "firms": "tocsin.portal.commands.firms:firms",
    "load": "tocsin.portal.commands.load:load",
    "manage": "tocsin.portal.commands.manage:manage",
    "prepare": "tocsin.portal.commands.up:prepare",
    "restore": "tocsin.portal.commands.backup:restore",
    "run": "tocsin.portal.commands.up:run",
    "simulate": "tocsin.portal.commands.simulate:simulate",
    "up": "tocsin.portal.commands.up:up",
    "workstatus": "tocsin.portal.commands.workstatus:workstatus",
}

# Process -> its entry: a function without arguments that runs until SIGTERM. Started in this order, stopped in reverse.
PROCESSES = {
    "bus": "tocsin.bus.server:run",
    "web": "tocsin.portal.web:run",
    "detector": "tocsin.warning.detector:run",
    "worker": "tocsin.portal.worker:run",
    "watcher": "tocsin.warning.watcher:run",
    "door": "tocsin.sensing.door:run",
}

# Loops of the worker: coroutine functions `loop(connection: tocsin.bus.Connection) -> None` that run until cancelled.
WORKER_LOOPS = (
    "tocsin.bus.relay:relay_events",
    "tocsin.records.sealing:seal_audit_entries",
    "tocsin.jurisdiction.worker:look_ahead_in_rosters",
    "tocsin.records.sealing:keep_audit_trail",
    "tocsin.sensing.latest:keep_latest_values",
    "tocsin.supervision.worker:keep_tasks",
    "tocsin.supervision.worker:keep_points",
    "tocsin.supervision.worker:keep_trials",
    "tocsin.warning.worker:apply_detections",
    "tocsin.warning.worker:diagnose_alarms",
    "tocsin.warning.worker:run_clocks",
    "tocsin.supervision.consumers:judge_work",
    "tocsin.supervision.consumers:run_episode_clocks",
    "tocsin.supervision.consumers:ask_platforms",
    "tocsin.supervision.consumers:hear_platforms",
    "tocsin.supervision.consumers:tidy_evidence",
    "tocsin.supervision.consumers:watch_electrical",
    "tocsin.supervision.consumers:judge_presence",
    "tocsin.supervision.consumers:run_roll_calls",
    "tocsin.supervision.consumers:tidy_presence",
    "tocsin.command.consumers:follow_alarms",
    "tocsin.command.consumers:gather_alarms",
    "tocsin.command.consumers:tell_people",
    "tocsin.command.consumers:watch_posts",
    "tocsin.command.consumers:list_noisy_rules",
    "tocsin.command.senders:send_notices",
    "tocsin.command.senders:hand_reports_up",
    "tocsin.command.senders:hold_reachability_drills",
    "tocsin.command.consumers:run_case_clocks",
    "tocsin.command.consumers:watch_mended_cases",
    "tocsin.command.consumers:run_drills",
    "tocsin.command.consumers:open_demanded_cases",
)

# Protocols that devices speak: classes with `open`, `stop_reading` and `close`, see `tocsin.sensing.doors.gatehouse.Door`.
DEVICE_PROTOCOLS = (
    "tocsin.sensing.doors.mqtt:MqttDoor",
    "tocsin.sensing.doors.http:HttpDoor",
)

# Papers: name of the template -> its builder, see `tocsin.records.papers.Builder`.
PAPERS = {
    "case_report": "tocsin.command.papers:case_report",
    "daily_brief": "tocsin.command.papers:daily_brief",
    "disposal_notice": "tocsin.command.papers:disposal_notice",
    "handover_sheet": "tocsin.command.papers:handover_sheet",
    "inspection_record": "tocsin.supervision.papers.inspections:inspection_record",
    "object_sign": "tocsin.supervision.papers.codes:object_sign",
    "object_signs": "tocsin.supervision.papers.codes:object_signs",
    "recheck_opinion": "tocsin.supervision.papers.inspections:recheck_opinion",
    "rectification_order": "tocsin.supervision.papers.inspections:rectification_order",
    "report": "tocsin.command.papers:report",
    "supervision_order": "tocsin.command.papers:supervision_order",
}

# Types of objects that files may be attached to -> who may read the object, see `tocsin.records.attachments.MayRead`.
ATTACHED_TO = {
    "case": "tocsin.command.queries.attached:may_read_case",
    "order": "tocsin.command.queries.attached:may_read_order",
    "task": "tocsin.supervision.queries.attached:may_read_task",
    "finding": "tocsin.supervision.queries.attached:may_read_finding",
    "inspection": "tocsin.supervision.queries.attached:may_read_inspection",
}

# Channels of notice: classes with `open`, `send` and `close`, see `tocsin.command.notify.letters.Channel`.
CHANNELS = (
    "tocsin.command.notify.channels.email:EmailChannel",
    "tocsin.command.notify.channels.short_message:SmsChannel",
    "tocsin.command.notify.channels.short_message:VoiceChannel",
    "tocsin.command.notify.channels.messenger:MessengerChannel",
    "tocsin.command.notify.channels.webhook:WebhookChannel",
    "tocsin.command.notify.channels.web_push:WebPushChannel",
)

# Events of which the live stream tells only that they happened, as `news`; a page that shows such things asks for them itself.
LIVE_NEWS = ("command.NoticesWritten", "command.NobodyTold", "command.NoticeSigned")

# Events of which the live stream tells to whoever sees cases that they happened, as `case` with the ids of the cases they name.
LIVE_CASES = (
    "command.CaseOpened",
    "command.AlarmJoinedCase",
    "command.CasesMerged",
    "command.CaseSplit",
    "command.CaseChangeUndone",
    "command.CaseChanged",
    "command.CaseProposed",
    "command.CaseNoted",
    "command.CaseClosed",
    "command.CaseReopened",
    "command.WarningRaised",
    "command.IncidentDeclared",
    "command.ClockFired",
    "command.OrderSent",
    "command.OrderEntered",
    "command.PlanStarted",
    "command.PlanTaskEnded",
    "command.ReportAsked",
    "command.ReportSigned",
    "command.ReportSent",
    "command.NoticesWritten",
    "command.NobodyTold",
    "command.NoticeSigned",
)

# Layers of the console's map beside networks, sensors and alarms, see `tocsin.atlas.layers.MapLayer`; in the order of the list.
MAP_LAYERS = (
    "tocsin.command.map_layers:CASES",
    "tocsin.supervision.map_layers:WORK",
)

# Ninja routers of the API: prefix under /api/v1 -> router.
API_ROUTERS = {
    "command": "tocsin.command.api:router",
    "jurisdiction": "tocsin.jurisdiction.api:router",
    "lifelines": "tocsin.lifelines.api:router",
    "records": "tocsin.records.api:router",
    "sensing": "tocsin.sensing.api:router",
    "supervision": "tocsin.supervision.api:router",
    "warning": "tocsin.warning.api:router",
}

# URL prefix and URL module of each capability's pages.
PAGES = (
    ("", "tocsin.warning.urls"),
    ("cases/", "tocsin.command.urls"),
    ("crew/", "tocsin.command.urls.crew"),
    ("orders/", "tocsin.command.urls.orders"),
    ("notices/", "tocsin.command.urls.notices"),
    ("n/", "tocsin.command.urls.links"),
    ("plans/", "tocsin.command.urls.plans"),
    ("duty/", "tocsin.command.urls.duty"),
    ("reports/", "tocsin.command.urls.reports"),
    ("drills/", "tocsin.command.urls.drills"),
    ("quality/", "tocsin.command.urls.quality"),
    ("supervision/", "tocsin.supervision.urls.summary"),
    ("objects/", "tocsin.supervision.urls"),
    ("q/", "tocsin.supervision.urls.codes"),
    ("tasks/", "tocsin.supervision.urls.tasks"),
    ("inspections/", "tocsin.supervision.urls.inspections"),
    ("points/", "tocsin.supervision.urls.points"),
    ("work/", "tocsin.supervision.urls.work"),
    ("presence/", "tocsin.supervision.urls.presence"),
    ("firm/", "tocsin.supervision.urls.firm"),
    ("", "tocsin.jurisdiction.urls"),
    ("sensing/", "tocsin.sensing.urls"),
    ("lifelines/", "tocsin.lifelines.urls"),
    ("records/", "tocsin.records.urls"),
    ("map/", "tocsin.atlas.urls"),
)
