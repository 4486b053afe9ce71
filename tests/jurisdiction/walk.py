"""The API as its own description tells it: every operation, with real ids in its path and a plausible body."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver
from django.utils import timezone
from PIL import Image

from tests.accounts import PersonMaker
from tests.jurisdiction.rows import complete, ids_of, walked
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
from tocsin.lifelines.models import Asset
from tocsin.lifelines.services import import_network
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.rules.subjects import CASE
from tocsin.records.versions.models import PolicyVersion
from tocsin.screens.budgets import requests as budgets
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services import register_many
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason
from tocsin.supervision.points.policy import shipped_text
from tocsin.supervision.tasks.policy import shipped_task_text
from tocsin.supplies.allocation.models import Plan
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.causes.policy.causes import CAUSES_FILE
from tocsin.warning.diagnosis.models import Answer, Finding, PriorReset, ReplayResult, ReplayRun, Shown
from tocsin.warning.early_signs.models import EarlySign

FORM = "multipart/form-data"
PDF = b"%PDF-1.7\n%%EOF\n"
MARK = "bordermark"
"""In the code or name of everything that lies in Licang: to read it elsewhere is to have looked across the border."""

WORDS = {
    "channel": "sms",
    "code": "gas_in_closed_space",
    "day": "2026-01-01",
    "line": "1",
    "name": "acknowledge",
    "names": "alarms,cases,sensors,firms",
    "version": "1",
    **{"z": "9", "x": "427", "y": "201"},
    "paper": "case_report",
    "provider_id": "provider",
    "session_id": "1",
    "passkey_id": "1",
    "photo_number": "1",
    "browser_id": "00000000-0000-4000-8000-000000000001",
    "token": "none",
    "sign_up_id": "00000000-0000-4000-8000-000000000001",
}
"""Parameters of paths that are no ids."""

ALIASES = {
    "agreement_id": "sharing_agreement_id",
    "object_id": "case_id",
    "task_id": "plan_task_id",
    "unit_id": "organisation_id",
    "warning_id": "public_warning_id",
    "to_store_id": "store_id",
    "table_id": "catalogue_table_id",
}
"""Ids by other names, as paths use them."""


OF_SUPERVISION = ("/supervision/", "/objects/", "/tasks/", "/inspections/", "/points/", "/work/", "/presence/", "/firm/")
"""Parts of paths below which an id is of supervision's own model: its finding, its task, its object."""


OF_ATLAS = ("/atlas/", "/resources/", "/sharing/", "/exposed/")
"""Parts of paths below which an id is of the map's own model: its delivery, its contract."""


OF_SUPPLIES = ("/supplies/",)
"""Parts of paths below which a plan is one to serve a request from stock."""


WORDS_BELOW = {
    "/stops/": {"code": "hazard_removed"},
    "/ogc/features/": {"name": "assets", "key": "none"},
    "/sharing/files/": {"name": "assets"},
}
"""The same where a word means something else below a part of the path."""


OF_ONESELF = "me/contact-points/"
"""Part of paths below which a contact point is the caller's own."""


OF_TASK_RULES = ("task-policies/", "tasks/rules/")
"""Parts of paths below which a version of a policy is one of task rules."""


def meant(path: str, ids: dict[str, UUID | str]) -> dict[str, UUID | str]:
    """The ids as that path means them."""
    for capability, parts in (("supervision:", OF_SUPERVISION), ("atlas:", OF_ATLAS), ("supplies:", OF_SUPPLIES)):
        if any(one in f"/{path}" for one in parts):
            return ids | {name.removeprefix(capability): one for name, one in ids.items() if name.startswith(capability)}
    return ids


def learnt(path: str, ids: dict[str, UUID | str]) -> "Ids":
    """The same with the words that are no ids."""
    words = {name: word for part, below in WORDS_BELOW.items() if part in f"/{path}" for name, word in below.items()}
    found = Ids(WORDS | words | meant(path, ids))
    if any(part in path for part in OF_TASK_RULES):
        found["policy_version_id"] = ids["task_rules_id"]
    if OF_ONESELF in path:
        found["contact_point_id"] = ids["own_contact_point_id"]
    return found


class Ids(dict[str, UUID | str]):
    """Ids by name; `layer_id` is also the only `…_layer_id`. KeyError names a parameter that the walk must learn."""

    def __missing__(self, name: str) -> UUID | str:
        same = [key for key in self if key.endswith(f"_{name}") and ":" not in key]
        if len(same) != 1:
            raise KeyError(f"{name}: a line in ALIASES or WORDS says what it is, one of {same}")
        return self[same[0]]


@dataclass(frozen=True)
class Operation:
    """One method of one path. `path` still has its parameters in braces."""

    method: str
    path: str
    body: dict[str, Any] | None
    query: dict[str, Any]
    is_form: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def call(self, client: Client, ids: dict[str, UUID | str]) -> HttpResponse:
        """Calls it with ids in the place of the path's parameters; KeyError names a parameter that `District.ids` must learn."""
        budgets.forget()  # the walk is in a hurry, and no flood
        url = self.path.format_map(learnt(self.path, ids))
        if self.is_form:
            data, kind = encode_multipart(BOUNDARY, self.body or {}), MULTIPART_CONTENT
        else:
            data, kind = json.dumps(self.body) if self.body is not None else "", "application/json"
        return client.generic(self.method.upper(), url, data, content_type=kind, query_params=self.query)  # type: ignore[return-value]


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
    own["supervision:object_id"] = own["supervision:supervised_object_id"]
    own["supervision:absorbed_id"] = own["supervision:object_id"]  # an entry is not joined with itself: a refusal, not a border
    tasks = PolicyVersion.objects.create(policy="supervision.tasks", text=shipped_task_text(), **policy)
    ids["task_rules_id"] = tasks.pk
    mine = ContactPoint.objects.create(user=operator, kind="email", address=f"{MARK}@example.org", confirmed_at=None)
    ids["own_contact_point_id"] = mine.pk
    own["supervision:sign_id"] = own["supervision:gaming_sign_id"]
    own["supervision:subject_id"] = own["supervision:task_id"]
    return District(Ids(ids | named | own), operator)


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


def people_elsewhere(make_person: PersonMaker) -> list[User]:
    """Of another city: one who holds every role there that one person may hold, and the other two administrators."""
    apart = (Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    powerful, *more = (role for role in GRANTABLE if role not in apart)
    everything = make_person(powerful, YANTAI)
    for role in more:
        services_grants.grant_role(actor=rights.system_actor(), user=everything, role=role, region_code=YANTAI)
    return [everything, *(make_person(role, YANTAI) for role in apart)]


def people_of_another_body(make_person: PersonMaker) -> list[User]:
    """Of the same place, one for each role that an outside body's people hold, but of the heating company."""
    return [make_person(role, LICANG, organisation="heating_company") for role in sorted(OF_AN_ORGANISATION)]


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


def operations(schema: dict[str, Any], ids: dict[str, UUID | str]) -> Iterator[Operation]:
    """Every operation of an OpenAPI document; bodies name the objects of `ids`."""
    for path, methods in schema["paths"].items():
        for method, description in methods.items():
            contents = description.get("requestBody", {}).get("content", {})
            content = contents.get("application/json") or contents.get(FORM)
            known = meant(path, ids)
            body = example(content["schema"], schema, "", known) if content else None
            query = {
                one["name"]: example(one["schema"], schema, one["name"], known)
                for one in description.get("parameters", ())
                if one["in"] == "query" and one["required"]
            }
            yield Operation(method, path, body, query, is_form=FORM in contents)


NOWHERE = "01890000-0000-7000-8000-000000000000"
"""The id of nothing; as text also a fine name, code or number."""


def pages(ids: dict[str, UUID | str]) -> Iterator[str]:
    """Every address of the URL map, with what lies in the district in its path, else with what does not exist."""
    for name, patterns in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            for possibilities, *_rest in patterns:
                path, parameters = possibilities[0]
                known = learnt(path, ids)
                yield "/" + path % {one: str(known.get(one, NOWHERE)) for one in parameters}


def example(part: dict[str, Any], schema: dict[str, Any], name: str, ids: dict[str, UUID | str]) -> Any:
    """A value that fits a JSON schema; regions lie in Licang, so that a write aims across the border."""
    if "$ref" in part:
        return example(schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]], schema, name, ids)
    if "anyOf" in part:
        return example(next(one for one in part["anyOf"] if one.get("type") != "null"), schema, name, ids)
    if "enum" in part:
        return part["enum"][0]
    if part.get("format") == "binary":
        return SimpleUploadedFile(f"{MARK}.png", _picture(), "image/png")
    match part.get("type"):
        case "object":
            return {
                key: example(one, schema, key, ids)
                for key, one in part.get("properties", {}).items()
                if key in part.get("required", ()) or key in ids or key == "quantity"
            }
        case "array":
            return [example(part["items"], schema, name.removesuffix("s"), ids)]
        case "integer" | "number":
            return 2 if name == "to_ms" else part.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return str(ids[name]) if name in ids else _text(part, name)


def _picture() -> bytes:
    held = BytesIO()
    Image.new("RGB", (8, 8)).save(held, "PNG")
    return held.getvalue()


def _text(part: dict[str, Any], name: str) -> str:
    if part.get("format") in ("uuid", "date", "date-time"):
        soon = (timezone.localtime() + timedelta(hours=1)).isoformat()
        return {"uuid": NOWHERE, "date": soon[:10], "date-time": soon}[part["format"]]
    known = {
        "region_code": LICANG,
        "role": "viewer",
        "quantity": "methane",
        "unit": "pct_lel",
        "device_code": f"{MARK}-device",
        "username": "new.person",
        "password": "a lantern for 7 ships",
    }
    return known.get(name, f"new-{name}"[: part.get("maxLength", 60)].replace("_", "-"))


OF_THE_CALL = (
    'INSERT INTO "jurisdiction_loginfailure"',  # a wrong printed code is counted
    'UPDATE "django_session"',
    'INSERT INTO "jurisdiction_loginfailure"',  # a wrong key is counted, by a page that opens to everybody
    'UPDATE "jurisdiction_apitoken" SET "last_used_at"',
    'UPDATE "usersessions_usersession" SET "last_seen_at"',
)


@contextmanager
def undone() -> Iterator[list[str]]:
    """What happens inside leaves nothing behind. Yields the statements that wrote something, but for that a call was made."""
    written: list[str] = []
    budgets.forget()  # a walk asks more in a second than a program may

    def watch(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")) and not sql.startswith(OF_THE_CALL):
            written.append(sql)
        return execute(sql, parameters, many, context)

    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]  # the test's own, no transaction of the product
    with block, connection.execute_wrapper(watch):
        yield written
        transaction.set_rollback(True)


def snapshot() -> list[str]:
    """Every row that a border protects, as text, in a fixed order."""
    return sorted(serializers.serialize("json", [row]) for model in walked() for row in model._base_manager.all())
