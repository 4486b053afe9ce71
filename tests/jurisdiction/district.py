"""A district with one of everything that a border protects, and the people who stand outside."""

from dataclasses import dataclass
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

from django.utils import timezone
from PIL import Image

from tests.accounts import PersonMaker
from tests.jurisdiction.rows import complete, ids_of
from tests.jurisdiction.walk import ALIASES, MARK, Askers, Ids
from tests.people import LICANG, YANTAI
from tests.warning.ranked import diagnose
from tocsin.atlas.exchange.models import CollectionReading, SelectionFile
from tocsin.atlas.exchange.services.making import FileMaker
from tocsin.atlas.exchange.services.selection_files import ask_selection_file
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, CaseChange, Declaration, Membership
from tocsin.command.casebook.services.files import attach_file
from tocsin.command.gathering.models import Apart, Proposal
from tocsin.command.reports.models import Report
from tocsin.command.reports.rules.reports import DEFAULT_EVENT, Casualties, Content
from tocsin.command.shifts.models import Shift
from tocsin.jurisdiction.areas.models import Region
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.contacts.models import ContactPoint
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import grants as services_grants
from tocsin.jurisdiction.people.services import system as rights
from tocsin.jurisdiction.people.services import tokens as services_tokens
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rights.rules import GRANTABLE, OF_AN_ORGANISATION, Role
from tocsin.lifelines.models import Asset, AssetChange
from tocsin.lifelines.services.networks import import_network
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.records.imports.models import ImportRow, TableImport
from tocsin.records.versions.models import PolicyVersion
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason
from tocsin.supervision.points.policy import shipped_text
from tocsin.supervision.tasks.policy import shipped_task_text
from tocsin.supplies.allocation.models import Plan
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.models import OwnModelPicture
from tocsin.vision.recognition.queries import TEST_SET, version_folder
from tocsin.vision.vehicles.models import PlateReading
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.causes.policy.causes import CAUSES_FILE
from tocsin.warning.diagnosis.models import Answer, Finding, PriorReset, ReplayResult, ReplayRun, Shown
from tocsin.warning.early_signs.models import EarlySign

PDF = b"%PDF-1.7\n%%EOF\n"


@dataclass(frozen=True)
class District:
    """Licang with one of everything. `ids` maps the path parameters of the API to what lies there."""

    ids: dict[str, UUID | str]
    operator: User


def build_district(make_person: PersonMaker) -> District:
    """One of everything, all marked: what has a story of its own here, the rest by its fields (`rows.complete`)."""
    actor = rights.system_actor()
    operator = make_person("rule_engineer", LICANG, username=f"{MARK}.operator")
    for role in ("duty_officer", "shift_leader", "analyst", "system_administrator", "volunteer"):
        services_grants.grant_role(actor=actor, user=operator, role=role, region_code=LICANG)
    person = make_person("viewer", LICANG, username=f"{MARK}.viewer")
    services_grants.grant_role(actor=actor, user=person, role="inspector", region_code=LICANG)
    token, _secret = services_tokens.create_token(user=operator, name=MARK, scopes=("alarms.see",), now=timezone.now())
    place = {"type": "Point", "coordinates": [120.4, 36.2]}
    properties = {"id": f"{MARK}-well", "kind": "manhole", "owner": "gas_company", "street": MARK, "utility": "sewer"}
    report = import_network(
        actor=actor, features=[{"type": "Feature", "geometry": place, "properties": properties}], region_code=LICANG
    )
    assert not report.errors
    asset = Asset.objects.get(code=f"{MARK}-well")
    register_many(
        actor=actor,
        devices=[NewDevice(code=f"{MARK}-device", region_code=LICANG)],
        sensors=[NewSensor(device_code=f"{MARK}-device", channel="methane", quantity="methane", lon=120.4, lat=36.2, name=MARK)],
    )
    sensor = Sensor.objects.get(device__code=f"{MARK}-device")
    alarm = make_alarm(sensor)
    message = QuarantinedMessage.objects.create(
        device=sensor.device,
        device_code=sensor.device.code,
        region_code=LICANG,
        reason=Reason.UNREADABLE,
        door="mqtt",
        sample=MARK,
        first_seen_at=timezone.now(),
        last_seen_at=timezone.now(),
    )
    organisation = Organisation.objects.get(code="gas_company", region_id=LICANG)
    Organisation.objects.filter(pk=organisation.pk).update(name_zh=MARK, name_en=MARK)
    by_hand: dict[str, UUID | str] = {
        "alarm_id": alarm.pk,
        **make_cases(alarm),
        **make_feedback(alarm, operator),
        "early_sign_id": make_early_sign(sensor).pk,
        "asset_id": asset.pk,
        "device_id": sensor.device_id,
        "sensor_id": sensor.pk,
        "message_id": message.pk,
        "organisation_id": organisation.pk,
        "person_id": person.pk,
        "grant_id": Grant.objects.get(user=person, role="viewer").pk,
        "token_id": token.pk,
    }
    by_hand["selection_file_id"] = make_file(operator)
    case = Case.objects.get(pk=by_hand["case_id"])
    by_hand |= make_duty(case, operator)
    by_hand["attachment_id"] = attach_file(actor=operator, case_id=case.pk, data=PDF, name=MARK, caption=MARK).pk
    policy = {
        "version": MARK,
        "region_code": LICANG,
        "whole": True,
        "reason": MARK,
        "made_at": timezone.now(),
        "made_by": operator,
    }
    points = PolicyVersion.objects.create(policy="supervision.points", text=shipped_text(), **policy)
    seeds = {Organisation: organisation, User: operator, Region: organisation.region, Case: case, PolicyVersion: points}
    ids = Ids(complete(MARK, LICANG, seeds, by_hand.values())) | by_hand
    Notice.objects.filter(pk=ids["notice_id"]).update(subject_kind=CASE, subject_id=case.pk, subject_label=case.number)
    named = {name: ids[same] for name, same in ALIASES.items()}
    own = {f"supervision:{name}": one for name, one in ids_of(seeds, "supervision").items()}
    for capability in ("atlas", "supplies"):
        own |= {f"{capability}:{name}": one for name, one in ids_of(seeds, capability).items()}
    Plan.objects.filter(pk=own["supplies:plan_id"]).update(request_id=own["supplies:supply_request_id"])
    Camera.objects.filter(pk=ids["camera_id"]).update(object_id=own["supervision:supervised_object_id"])
    PlateReading.objects.filter(pk=ids["plate_reading_id"]).update(order_id=ids["loading_order_id"])
    own["supervision:object_id"] = own["hazchem:object_id"] = own["supervision:supervised_object_id"]
    own["supervision:absorbed_id"] = own["supervision:object_id"]  # an entry is not joined with itself: a refusal, not a border
    tasks = PolicyVersion.objects.create(policy="supervision.tasks", text=shipped_task_text(), **policy)
    ids["task_rules_id"] = tasks.pk
    ids["network_edit_id"] = AssetChange.objects.get(pk=ids["asset_change_id"]).edit
    ids |= make_tables(TableImport.objects.get(pk=ids["table_import_id"]))
    mine = ContactPoint.objects.create(user=operator, kind="email", address=f"{MARK}@example.org", confirmed_at=None)
    ids["own_contact_point_id"] = mine.pk
    own["supervision:sign_id"] = own["supervision:gaming_sign_id"]
    own["supervision:subject_id"] = own["supervision:task_id"]
    lay_test_set()
    return District(Ids(ids | named | own), operator)


def lay_test_set() -> None:
    """Pictures of measured models lie where they are looked for."""
    drawn = BytesIO()
    Image.new("RGB", (320, 180)).save(drawn, "PNG")
    for row in OwnModelPicture.objects.select_related("version__model"):
        place = version_folder(row.version.model.code, row.version.pk)
        place.mkdir(parents=True, exist_ok=True)
        with ZipFile(place / TEST_SET, "w") as archive:
            archive.writestr(row.name, drawn.getvalue())


def make_tables(seen: TableImport) -> dict[str, UUID | str]:
    """Files of kinds that have addresses of their own beside those of all imports."""
    found: dict[str, UUID | str] = {}
    for name, kind, column in (("device_table_id", "devices", "code"), ("object_import_id", "supervised-objects", "name")):
        told = {"headings": [column], "columns": [column], "lines": 1, "file_name": MARK, "at": seen.at, "by": seen.by}
        made = TableImport.objects.create(kind=kind, region_code=seen.region_code, **told)
        ImportRow.objects.create(table=made, line=2, cells=[MARK])
        found[name] = made.pk
    return found


def make_file(operator: User) -> UUID:
    """A file of the networks, which the operator asked for and the worker has made."""
    file = ask_selection_file(
        actor=operator, collection="assets", form="csv", selection={}, address=f"http://{MARK}/", now=timezone.now()
    )
    SelectionFile.objects.filter(pk=file.pk).update(title=MARK)
    maker = FileMaker()
    while maker(now=timezone.now()):
        pass
    Notice.objects.filter(person=operator).delete()  # notices and readings are made by their fields
    CollectionReading.objects.all().delete()
    return file.pk


def people_elsewhere(make_person: PersonMaker) -> Askers[User]:
    """Of another city: one who holds every role there that one person may hold, and the other two administrators."""
    apart = (Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    powerful, *more = (role for role in GRANTABLE if role not in apart)
    everything = make_person(powerful, YANTAI)
    for role in more:
        services_grants.grant_role(actor=rights.system_actor(), user=everything, role=role, region_code=YANTAI)
    return Askers((everything, *(make_person(role, YANTAI) for role in apart)), ())


def people_of_another_body(make_person: PersonMaker) -> Askers[User]:
    """Of the same place, but of the heating company: one who holds every role that an outside body's people hold, in turn with
    one for each of them.
    """
    alone = [make_person(role, LICANG, organisation="heating_company") for role in sorted(OF_AN_ORGANISATION)]
    everything = make_person("", LICANG, organisation="heating_company")
    for role in sorted(OF_AN_ORGANISATION):
        services_grants.grant_role(actor=rights.system_actor(), user=everything, role=role, region_code=LICANG)
    return Askers((everything,), tuple(alone))


def make_duty(case: Case, operator: User) -> dict[str, UUID]:
    """A shift that the operator keeps, and a signed report upward."""
    now = timezone.now()
    desk = Organisation.objects.get(code="emergency_bureau", region_id=LICANG)
    shift = Shift.objects.create(desk=desk, region_code=LICANG, began_at=now)
    shift.officers.add(operator)
    acted = {"declared_by": operator, "declared_at": now}
    declaration = Declaration.objects.create(case=case, kind="incident", level="ordinary", text=MARK, **acted)
    report = Report.objects.create(
        number=f"{MARK}-R01",
        case=case,
        declaration=declaration,
        region_code=LICANG,
        duty="own_government",
        kind="first",
        cause="declared",
        sequence=1,
        state="signed",
        begun_at=now,
        begun_by=operator,
        due_at=now,
        signed_by=operator,
        signed_at=now,
        content=Content(DEFAULT_EVENT, MARK, now, MARK, MARK, MARK, Casualties(), MARK).values(),
    )
    return {"desk_id": desk.pk, "shift_id": shift.pk, "report_id": report.pk}


def make_feedback(alarm: Alarm, operator: User) -> dict[str, UUID]:
    """An answer and a finding about that alarm, what was shown of its diagnosis, and a reset of what Licang has learnt."""
    now = timezone.now()
    answer = Answer.objects.create(
        alarm=alarm, check_id="makeup_water", outcome="", said_by=MARK, channel="telephone", at=now, entered_by=operator
    )
    Finding.objects.create(
        alarm=alarm, cause="no_event", found_by=MARK, found_at=now, text=MARK, region_code=LICANG, recorded_by=operator
    )
    PriorReset.objects.create(region_code=LICANG, by=operator, reason=MARK)
    Shown.objects.create(
        alarm=alarm, diagnosis=diagnose(alarm), person=operator, at=now, language="en", channel="console", ranking=[], story=MARK
    )
    return {"answer_id": answer.pk, "replay_id": make_replay(alarm, operator).pk}


def make_replay(alarm: Alarm, operator: User) -> ReplayRun:
    """A replay of that alarm that still waits, and its causes in force."""
    run = ReplayRun.objects.create(region_code=LICANG, text=f"# {MARK}", by=operator)
    ReplayResult.objects.create(run=run, diagnosis=alarm.diagnoses.get())
    PolicyVersion.objects.create(
        policy="warning.causes",
        version="2",
        region_code=LICANG,
        text=CAUSES_FILE.read_text(encoding="utf-8"),
        whole=True,
        made_by=operator,
        made_at=timezone.now(),
        confirmed_by=operator,
        confirmed_at=timezone.now(),
        effective_from=timezone.now(),
        trial={"replay": str(run.pk)},
        reason=MARK,
    )
    return run


def make_cases(alarm: Alarm) -> dict[str, UUID | str]:
    """A case with that alarm, another one that it may belong to, and a line of its time line; their ids and the number."""
    now, actor = timezone.now(), rights.system_actor()
    case, other = (
        Case.objects.create(
            number=f"{LICANG}-20260101-000{k}", region_code=LICANG, lead=alarm, state=state, begun_at=now, opened_at=now
        )
        for k, state in enumerate(("waiting", "analysing"), 1)
    )
    Apart.objects.create(one=case, other=other)
    Membership.objects.create(alarm=alarm, case=case, reason="opened", joined_at=now)
    change = CaseChange.objects.create(
        line=1, case=case, at=now, act="commented", actor=actor, channel="api", text=MARK, alarm=alarm
    )
    proposal = Proposal.objects.create(case=case, other=other, alarm=alarm, whole=True, reason="same_place", at=now)
    return {
        "case_id": case.pk,
        "into_id": other.pk,
        "change_id": change.pk,
        "proposal_id": proposal.pk,
        "number": case.number,
        "case_number": case.number,
    }


def make_early_sign(sensor: Sensor) -> EarlySign:
    """One that stands, at a place of this district."""
    now = timezone.now()
    told = {"cause": "sewer_biogas", "asset_kind": "", "way": [], "way_geometry": {}, "evidence": []}
    return EarlySign.objects.create(
        pk=new_id(),
        sensor=sensor,
        region_code=sensor.region_code,
        cause="sewer_biogas",
        probability=0.8,
        asset_code=f"{MARK}-well",
        lon=sensor.lon,
        lat=sensor.lat,
        hypothesis=told,
        raised_at=now,
        confirmed_at=now,
    )


def make_alarm(sensor: Sensor) -> Alarm:
    """An alarm that nobody has acknowledged."""
    now = timezone.now()
    return Alarm.objects.create(
        sensor=sensor,
        rule="high",
        quantity="methane",
        region_code=sensor.region_code,
        lon=sensor.lon,
        lat=sensor.lat,
        state=AlarmState.ACTIVE_UNACKNOWLEDGED,
        level=AlarmLevel.ORANGE,
        peak_level=AlarmLevel.ORANGE,
        value=27.0,
        limit=25.0,
        raised_at=now,
        updated_at=now,
        count=1,
    )
