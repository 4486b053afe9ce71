"""What subjects say on each other's pages: words, sections, guidance, what a warning is drafted from, what lies in an area."""

# Key of a task's evidence -> what the task is about, in words made of its evidence.
TASK_WORDS = {
    "danger": "tocsin.supervision.work.shown.power:danger_words",
    "special_period": "tocsin.supervision.periods.shown:period_words",
    "warning": "tocsin.mobilisation.incoming_warnings.shown.notices:warning_words",
}

# What shows that a task is done -> the page on which a firm makes that record; empty where this firm makes it elsewhere.
TASK_PAGES = {
    "commitment": "tocsin.hazchem.commitments.shown.tasks:commitment_page",
    "certificates": "tocsin.supervision.posts.shown.tasks:certificates_page",
}

# Words for alarms that no detector raises, see `tocsin.warning.alarms.shown.sentences.RuleWords`.
ALARM_WORDS = ("tocsin.warning.conditions.shown:WORDS",)

# Works under a permit beside alarms, see `tocsin.warning.alarms.shown.works.WorksBeside`.
ALARM_WORKS = ("tocsin.hazchem.permits.shown.alarms:works_beside",)

# Sections of an object's page in their order, see `tocsin.supervision.objects.shown.Section`.
OBJECT_SECTIONS = (
    "tocsin.supervision.points.shown.section:SECTION",
    "tocsin.supervision.work.shown.section:SECTION",
    "tocsin.supervision.posts.shown.wall:SECTION",
    "tocsin.supervision.tasks.shown.section:SECTION",
    "tocsin.supervision.inspections.shown.sections:INSPECTIONS",
    "tocsin.supervision.inspections.shown.sections:FINDINGS",
    "tocsin.hazchem.installations.shown.section:SECTION",
    "tocsin.hazchem.duties.shown:SECTION",
    "tocsin.hazchem.permits.shown.section:SECTION",
    "tocsin.hazchem.prevention.shown.section:SECTION",
)

# Sections of a device's page in their order, see `tocsin.sensing.devices.shown.DeviceSection`.
DEVICE_SECTIONS = (
    "tocsin.warning.alarms.shown.device:SECTION",
    "tocsin.sensing.availability.shown:SECTION",
    "tocsin.sensing.timing.shown:SECTION",
    "tocsin.sensing.attributes.shown:SECTION",
    "tocsin.sensing.makes.shown:SECTION",
    "tocsin.sensing.rereading.shown:SECTION",
    "tocsin.sensing.certificates.shown:SECTION",
    "tocsin.sensing.frame_keys.shown:SECTION",
)

# In which planned outages sensors lie, see `tocsin.sensing.availability.rules.FindOutages`.
PLANNED_OUTAGES = "tocsin.warning.covers.queries:outage_spans"

# Sections of a data resource's page, see `tocsin.atlas.resources.shown.sections.ResourceSection`.
RESOURCE_SECTIONS = ("tocsin.atlas.connectors.shown:SECTION",)

# A resource's page for who may read it by an agreement alone, see `tocsin.atlas.resources.shown.granted.GrantedPage`.
GRANTED_RESOURCE = "tocsin.atlas.exchange.shown.granted:GRANTED"

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
    "release": "tocsin.mobilisation.public_warnings.queries.sources:from_release",
}

# What of each capability lies in an area, see `tocsin.atlas.exposure.rules.FindInArea`.
IN_AREA = (
    "tocsin.sensing.devices.queries.area:sensors_in_area",
    "tocsin.lifelines.queries.networks:assets_in_area",
    "tocsin.supervision.objects.queries.area:firms_in_area",
    "tocsin.mobilisation.volunteers.queries.area:volunteers_in_area",
)

# What must not be done and what to mind at an alarm, see `tocsin.warning.alarms.shown.guidance.Guide`.
ALARM_GUIDANCE = "tocsin.command.guidance.shown:alarm_guidance"

# What is written of the point at which an alarm rings, see `tocsin.warning.alarms.shown.guidance.TellPoint`.
ALARM_POINTS = ("tocsin.hazchem.rationalisation.shown:point_of_alarm",)

# What the page behind an object's printed code tells everybody, in words: a function of the object and the day each.
PUBLIC_LINES = (
    "tocsin.supervision.stops.shown.stops:public_line",
    "tocsin.hazchem.commitments.shown.commitments:public_line",
)

# What works are permitted at a firm in a time, by kind: see `tocsin.hazchem.commitments.queries.seen.WorksAtFirm`.
WORKS_AT_FIRM = ("tocsin.hazchem.permits.queries.days:works_at_firm",)

# Where a hidden danger came from, beside inspections: see `tocsin.supervision.inspections.shown.findings.FindOrigin`.
FINDING_ORIGINS = ("tocsin.vision.sightings.shown.origins:origin_of_finding",)
# What a sighting is about beside its camera, see `tocsin.vision.sightings.shown.links.FindLinks`.
SIGHTING_LINKS = (
    "tocsin.vision.vehicles.shown.links:links_of_sighting",
    "tocsin.hazchem.permits.shown.sightings:permits_at_sighting",
    "tocsin.vision.sightings.shown.sensors:sensors_at_sighting",
)

# The page of a work permit by its number, see `tocsin.vision.vehicles.shown.permits.FindPermit`.
PERMIT_PAGE = "tocsin.hazchem.permits.shown.sightings:page_of_number"

# What comes as a table, each a kind of import: `tocsin.records.imports.rules.ImportKind`. In the order of the page /imports/.
IMPORT_KINDS = (
    "tocsin.sensing.onboarding.services.tables:DEVICES",
    "tocsin.lifelines.services.tables:NETWORK_OBJECTS",
    "tocsin.lifelines.services.surveys.objects:SURVEYS",
    "tocsin.supervision.objects.services.tables:OBJECTS",
    "tocsin.supervision.meters.services.tables:METERS",
    "tocsin.hazchem.installations.services.workbooks:PLANTS",
    "tocsin.supervision.posts.services.tables.certificates:CERTIFICATES",
    "tocsin.supervision.posts.services.tables.shifts:ROSTERS",
    "tocsin.vision.cameras.services.tables:CAMERAS",
    "tocsin.vision.vehicles.services.tables:LOADING_ORDERS",
    "tocsin.atlas.exposure.services.tables:EXPOSED_BODIES",
    "tocsin.supplies.catalogue.services.tables:ITEMS",
    "tocsin.supplies.stock.services.tables:STORES",
    "tocsin.supplies.roads.services.tables:TRAVEL_TIMES",
    "tocsin.records.setup.services.city.writing:CITY",
    "tocsin.records.setup.services.areas:AREAS",
    "tocsin.records.setup.services.bodies:BODIES",
    "tocsin.records.setup.services.contacts:CONTACTS",
    "tocsin.records.setup.services.duty_plans:DUTY_PLANS",
    "tocsin.records.setup.services.people:PEOPLE",
    "tocsin.records.setup.services.people:ROLES",
)

# At which firms an incident is open, so that command sees where people are: see `tocsin.hazchem.positions.queries.sight`.
INCIDENTS_AT_FIRMS = (
    "tocsin.command.casebook.queries.firms:firms_with_case",
    "tocsin.hazchem.musters.queries.musters:firms_in_muster",
)
