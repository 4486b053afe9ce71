"""Fields of bodies that name something: what of the place each of them may name, and where it is looked up."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.accounts import PASSWORD
from tests.jurisdiction.walk import FORM, MARK, NOWHERE, Operation, example, learnt
from tocsin.warning.causes.policy.causes import CAUSES_FILE

NAMING = re.compile(r"(^|_)(id|ids|code|codes|number|numbers)$")

type Path = tuple[str, ...]


@dataclass(frozen=True)
class NamingField:
    """One field of one operation's body. `path` leads to it; a list on the way is `[]`."""

    operation: Operation
    path: Path

    def __str__(self) -> str:
        return f"{self.operation} {'.'.join(self.path)}"

    @property
    def name(self) -> str:
        """Its own name: of a list of names that of the list."""
        return next(one for one in reversed(self.path) if one != "[]")


def naming_fields(schema: dict[str, Any], walk: list[Operation]) -> Iterator[NamingField]:
    """Every field that names something: by its type, by the ending of its name, or because it is in the table."""
    for operation in walk:
        contents = schema["paths"][operation.path][operation.method].get("requestBody", {}).get("content", {})
        content = contents.get("application/json") or contents.get(FORM)
        for path, part in _leaves(content["schema"], schema, ()) if content else ():
            field = NamingField(operation, path)
            if part.get("format") == "uuid" or NAMING.search(field.name) or field.name in NAMED:
                yield field


def _leaves(part: Any, schema: dict[str, Any], path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    part = _resolved(part, schema)
    for one in part.get("anyOf", ()):
        yield from _leaves(one, schema, path)
    match part.get("type"):
        case "object":
            for key, one in part.get("properties", {}).items():
                yield from _leaves(one, schema, (*path, key))
        case "array":
            for one in part.get("prefixItems") or [part["items"]]:
                yield from _leaves(one, schema, (*path, "[]"))
        case "string" if "enum" not in part:
            yield path, part


def _resolved(part: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    return schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]] if "$ref" in part else part


def with_value(field: NamingField, schema: dict[str, Any], value: object, ids: Any) -> Any:
    """The operation's body with that value in the field, and what stands beside it."""
    contents = schema["paths"][field.operation.path][field.operation.method]["requestBody"]["content"]
    part = (contents.get("application/json") or contents[FORM])["schema"]
    body = deepcopy(field.operation.body) if not field.operation.is_form else dict(field.operation.body or {})
    known = learnt(field.operation.path, ids)
    for path, one in beside(field, known).items():
        body = _put(body, part, tuple(path.split(".")), one, schema, known)
    return _put(body, part, field.path, value, schema, known)


def _put(body: Any, part: Any, path: Path, value: object, schema: dict[str, Any], ids: Any) -> Any:
    part = _resolved(part, schema)
    if "anyOf" in part:
        part = _resolved(next(one for one in part["anyOf"] if one.get("type") != "null"), schema)
    if not path:
        return value
    if path[0] == "[]":
        first = body[0] if body else example(part["items"], schema, "", ids)
        return [_put(first, part["items"], path[1:], value, schema, ids)]
    body = dict(body) if body else (example(part, schema, "", ids) or {})
    body[path[0]] = _put(body.get(path[0]), part["properties"][path[0]], path[1:], value, schema, ids)
    return body


REGION = "region"
"""In the table below: a region. Regions are the state's and everybody's to know; an act in another one is refused."""

OWN_WORD = "own word"
"""In the table below: what the caller writes down or makes up, or a key of a policy. Nothing is looked up for it."""

NAMED: dict[str, str] = {
    "analyst_id": "person_id",
    "camera_id": "camera_id",
    "case_number": "case_number",
    "watcher_id": "person_id",
    "approver_id": "person_id",
    "plant_unit_id": "plant_unit_id",
    "from_equipment_id": "plant_equipment_id",
    "to_equipment_id": "plant_equipment_id",
    "point_id": "plant_point_id",
    "serves_id": "work_permit_id",
    "work_permit_id": "work_permit_id",
    "absorbed_id": "supervised_object_id",
    "alarm_id": "alarm_id",
    "alarm_ids": "alarm_id",
    "rows.[]": "alarm_id",  # of the list that stands beside it
    "area_code": REGION,
    "asked_of": "person_id",
    "asset_code": "asset_code",
    "asset_id": "asset_id",
    "bodies.[]": "body_id",
    "call_id": "call_id",
    "case_id": "case_id",
    "class_code": OWN_WORD,
    **dict.fromkeys(("owner_code", "from_code", "to_code", "point_code", "second_code", "other_code"), OWN_WORD),  # of one region
    "code": OWN_WORD,
    "colleague_id": "key_person_id",
    "competent_id": "organisation_id",
    "corrects": "order_entry_id",
    "corrects_id": "log_entry_id",
    "check_task_id": "check_task_id",
    "credit_code": OWN_WORD,
    "data.finding": OWN_WORD,  # the id that a phone gives a danger that it is about to tell
    "[].sensor": "sensor_code",
    "data.door": "door_id",
    "data.line": "count_line_id",
    "count_line_id": "count_line_id",
    "count_entry_id": "count_entry_id",
    "upkeep_id": "upkeep_id",
    "work_id": "stocktake_id",
    "data.unit": "organisation_id",
    "device_code": "device_code",
    "document_number": OWN_WORD,
    "episode_id": "episode_id",
    "external_id": OWN_WORD,
    "model_id": "device_model_id",
    "filing_number": OWN_WORD,
    "finding": "supervision:finding_id",
    "firm": "firm",
    "event_id": OWN_WORD,
    "gateway_code": "device_code",
    "hazard_report_id": "hazard_report_id",
    "id": OWN_WORD,
    "inspection_id": "inspection_id",
    "into_id": "case_id",
    "delivery_id": "delivery_id",
    "instead_of": "request_line_id",
    "item_id": "item_id",
    "line_id": "requisition_line_id",
    "key_person_id": "key_person_id",
    "leader_id": "person_id",
    "lot_id": "lot_id",
    "plan_id": "plan_id",
    "movement_id": "movement_id",
    "number": OWN_WORD,
    "object": "supervised_object_id",
    "object_id": "supervised_object_id",
    "officer_ids": "person_id",
    "order_id": "order_id",
    "organisation_id": "organisation_id",
    "organisation_ids": "organisation_id",
    "owner_id": "organisation_id",
    "owner_organisation_id": "organisation_id",
    "parent_id": "supervised_object_id",
    "request_id": "supply_request_id",
    "source_lot_id": "lot_id",
    "store_id": "store_id",
    "to_store_id": "store_id",
    "supervised_object_id": "supervised_object_id",
    "payment_id": OWN_WORD,
    "person_id": "person_id",
    "post_id": "post_id",
    "reason_code": OWN_WORD,
    "resource_id": "resource_id",
    "receipt_number": OWN_WORD,
    "region_code": REGION,
    "replaces_id": "person_id",
    "first_id": "person_id",
    "second": "person_id",
    "same_as": "hazard_report_id",
    "second_id": "person_id",
    "sensor": "sensor_id",
    "sensor_id": "sensor_id",
    "sensor_ids": "sensor_id",
    "source_id": "case_id",
    "subject_id": "supervision:task_id",
    "superior_id": "organisation_id",
    "task": "plan_task_id",
    "token_id": "token_id",
    "town_code": OWN_WORD,
    "trade_codes": OWN_WORD,
    "unit_id": "organisation_id",
    "unit_ids": "organisation_id",
    "user_id": "person_id",
    "username": "username",
    "usernames": "username",
    "without": "person_id",
    "witness_id": "person_id",
    "walk_id": "walk_id",
    "walker_id": "person_id",
}
"""What a field names, by its own name or that of the object it is in with it: the id of the walk, or one of the words above."""

BY_MARK = {
    "asset_code": "{}-well",
    "device_code": "{}-device",
    "username": "{}.viewer",
    "firm": "{}",
    "sensor_code": "{}-device/methane",
}
"""What is named by a word and not by an id."""

EXCEPT = {
    "POST /api/v1/jurisdiction/people username": "a new name: that it is taken is told, as nobody can sign in with two",
    "POST /api/v1/mobilisation/rewards/{reward_id}/finding finding": "words of the desk's own file",
}
"""Fields that take what does not exist, with the reason."""

_OF_THE_QUESTION = "kept only where it is a place of the question itself"
_ON_A_PLATE = "what the crew reads on a plate: words"
_OF_THE_LIST = "taken only from the list of who may check it: everybody else is refused alike"
_OF_THE_PROPOSAL = "compared with the units that are proposed: all others are refused alike"
NEVER = {
    "POST /api/v1/warning/alarms/{alarm_id}/answers asset_code": _OF_THE_QUESTION,
    "POST /api/v1/command/cases/{case_id}/calls/reading question.asset_code": _OF_THE_QUESTION,
    "POST /api/v1/command/cases/{case_id}/calls/statement question.asset_code": _OF_THE_QUESTION,
    "POST /api/v1/command/notices/{notice_id}/answer asset_code": _OF_THE_QUESTION,
    "POST /api/v1/command/orders/entries entries.[].data.asset_code": _ON_A_PLATE,
    "POST /api/v1/command/cases/{case_id}/proposed-orders unit_ids.[]": _OF_THE_PROPOSAL,
    "POST /api/v1/mobilisation/hazard-reports firm": "as whoever reports calls it: words",
    "POST /api/v1/mobilisation/hazard-reports/alike firm": "as the caller calls it: words",
    "POST /api/v1/mobilisation/hazard-reports/{hazard_report_id}/checkers first_id": _OF_THE_LIST,
    "POST /api/v1/mobilisation/hazard-reports/{hazard_report_id}/checkers second_id": _OF_THE_LIST,
    "POST /api/v1/mobilisation/hazard-reports/{hazard_report_id}/handling finding": "a number on a paper: words",
    "POST /api/v1/command/orders/{order_id}/calls/step data.asset_code": _ON_A_PLATE,
    "POST /api/v1/mobilisation/rewards finding": "words of the desk's own file",
    "PUT /api/v1/vision/cameras/{camera_id}/source username": "the camera's own account: words",
    "PUT /api/v1/supervision/objects/{object_id} parent_id": "compared with the parent that it has: another one is refused",
}
"""Fields that are looked up for nobody, with the reason: what is of here, elsewhere or nowhere is answered alike."""

NOT_ARRANGED = {
    "POST /api/v1/hazchem/plant-units/table object_id",
    "POST /api/v1/hazchem/risk-events/table object_id",
    "POST /api/v1/hazchem/risk-measures/{risk_measure_id}/checks person_id",
    "PUT /api/v1/hazchem/check-tasks/{check_task_id} person_id",
    "PUT /api/v1/hazchem/risk-objects/{risk_object_id} person_id",
    "POST /api/v1/hazchem/plant-equipment/{plant_equipment_id}/points sensor",
    "POST /api/v1/hazchem/position-tags person_id",
    "PUT /api/v1/hazchem/position-tags/{position_tag_id} person_id",
    "POST /api/v1/hazchem/position-gateways device_code",
    "PUT /api/v1/hazchem/position-gateways/{position_gateway_id} device_code",
    "POST /api/v1/hazchem/work-permits serves_id",
    "POST /api/v1/hazchem/work-permits analyst_id",
    "POST /api/v1/hazchem/work-permits watcher_id",
    "POST /api/v1/hazchem/work-permits approver_id",
    "PUT /api/v1/hazchem/work-permits/{work_permit_id} serves_id",
    "PUT /api/v1/hazchem/work-permits/{work_permit_id} analyst_id",
    "PUT /api/v1/hazchem/work-permits/{work_permit_id} watcher_id",
    "PUT /api/v1/hazchem/work-permits/{work_permit_id} approver_id",
    "POST /api/v1/hazchem/work-permits/{work_permit_id}/gas-tests sensor_id",
    "POST /api/v1/hazchem/work-permits/{work_permit_id}/measures without.[]",
    "POST /api/v1/hazchem/work-permit-entries entries.[].data.without.[]",
    "POST /api/v1/atlas/resources/take organisation_id",
    "POST /api/v1/mobilisation/hazard-reports same_as",
    "POST /api/v1/mobilisation/warnings places.asset_code",
    "PUT /api/v1/mobilisation/warnings/{public_warning_id} places.asset_code",
    "POST /api/v1/supplies/stocktakes/{stocktake_id}/decide count_entry_id",
    "POST /api/v1/supplies/requisitions owner_id",
    "POST /api/v1/supplies/requisitions request_id",
    "POST /api/v1/supplies/requisitions/{requisition_id}/claim sums.[].line_id",
    "POST /api/v1/supplies/requisitions/{requisition_id}/lines source_lot_id",
    "POST /api/v1/supplies/requisitions/{requisition_id}/lists rows.[].line_id",
    "POST /api/v1/supplies/requisitions/{requisition_id}/lists store_id",
    "POST /api/v1/supplies/reservations lines.[].item_id",
    "POST /api/v1/supplies/reservations lines.[].lot_id",
    "POST /api/v1/supplies/transfers lines.[].item_id",
    "POST /api/v1/supplies/transfers lines.[].lot_id",
    "POST /api/v1/vision/recognition/text sensor",
}
"""Fields of which the answers are compared, and another rule still refuses before the name decides: a scene would show it."""

_NOTE = {"entries.[].act": "note", "entries.[].base_version": 1, "entries.[].data.text": "one"}
_LONG_AGO = "2026-01-01T00:00:00Z"
_LATELY = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
_SIGN = {"signs.[].source": "gate", "signs.[].at": _LATELY, "signs.[].person": MARK}
_OPEN = {"entries.[].subject": "inspection", "entries.[].act": "open", "entries.[].subject_id": NOWHERE}
BESIDE: dict[str, dict[str, Any]] = {
    "POST /api/v1/atlas/tell": {"about": "", "words": "Stay inside."},
    "POST /api/v1/supplies/deliveries/entries": _NOTE,
    "POST /api/v1/hazchem/check-entries": {**_NOTE, "entries.[].act": "in_order"},
    "POST /api/v1/hazchem/work-permit-entries": {**_NOTE, "entries.[].act": "round"},
    "POST /api/v1/command/duty/desks/{desk_id}/shifts": {"reason": "ill", "leader_id": None, "officer_ids": []},
    "POST /api/v1/command/duty/handovers/{handover_id}/answer": {"accept": True, "leader_id": None, "officer_ids": []},
    "POST /api/v1/jurisdiction/tokens": {"proof": PASSWORD, "scopes": ["alarms.see"]},
    "POST /api/v1/jurisdiction/rosters/{roster_id}/layers teams.[].[].person_id": {"teams.[].[].post_id": None},
    "POST /api/v1/jurisdiction/rosters/{roster_id}/layers teams.[].[].post_id": {"teams.[].[].person_id": None},
    "POST /api/v1/jurisdiction/rosters/{roster_id}/stand-ins person_id": {"post_id": None, "replaces_id": None},
    "POST /api/v1/jurisdiction/rosters/{roster_id}/stand-ins post_id": {"person_id": None, "replaces_id": None},
    "POST /api/v1/jurisdiction/rosters/{roster_id}/stand-ins replaces_id": {"person_id": None},
    "POST /api/v1/supervision/episodes/{episode_id}/acts": {"act": "propose", "text": "seen"},
    "POST /api/v1/supervision/presence/signs signs.[].firm": {
        "signs.[].source": "gate",
        "signs.[].at": _LATELY,
        "signs.[].person": MARK,
    },
    "POST /api/v1/supervision/meters/table rows.[].sensor": {"rows.[].firm": MARK},
    "POST /api/v1/warning/replays": {"text": CAUSES_FILE.read_text(encoding="utf-8")},
    "POST /api/v1/command/cases/{case_id}/calls/reading": {"unit": "pct_lel", "question.check": "methane_by_hand"},
    "POST /api/v1/command/cases/{case_id}/calls/statement": {"question.check": "makeup_water", "question.outcome": "yes"},
    "POST /api/v1/command/drills": {"script": [{"act": "end", "after_min": 1}]},
    "POST /api/v1/command/guidance": {"key": "one", "of_class": "any"},
    "POST /api/v1/command/notices/{notice_id}/answer": {"check": "makeup_water", "outcome": "yes"},
    "POST /api/v1/command/orders/entries": {**_NOTE, "entries.[].said_by": "Li Jing", "entries.[].order_id": "@order_id"},
    "POST /api/v1/command/orders/entries entries.[].data.task": {"entries.[].act": "task"},
    "POST /api/v1/command/orders/entries entries.[].data.unit": {"entries.[].act": "pass_on"},
    "POST /api/v1/command/orders/entries entries.[].data.corrects": {"entries.[].act": "take_back"},
    "POST /api/v1/command/orders/{order_id}/calls/step data.corrects": {"act": "take_back"},
    "POST /api/v1/command/orders/{order_id}/calls/step data.task": {"act": "task"},
    "POST /api/v1/command/orders/{order_id}/calls/step data.unit": {"act": "pass_on"},
    "POST /api/v1/mobilisation/warnings source_id": {"source_kind": "case"},
    "POST /api/v1/supplies/keeper/entries": {**_NOTE, "entries.[].work": "stocktake"},
    "POST /api/v1/supplies/keeper/entries entries.[].work_id": {
        "entries.[].act": "reason",
        "entries.[].work": "stocktake",
        "entries.[].data.line": "@count_line_id",
        "entries.[].data.text": "one",
    },
    "POST /api/v1/supplies/keeper/entries entries.[].data.line": {
        "entries.[].act": "reason",
        "entries.[].work": "stocktake",
        "entries.[].work_id": "@stocktake_id",
    },
    "POST /api/v1/jurisdiction/contact-points": {"kind": "telephone", "address": "0532 87654321"},
    "POST /api/v1/jurisdiction/contact-points organisation_id": {"post_id": None, "user_id": None},
    "POST /api/v1/jurisdiction/contact-points post_id": {"organisation_id": None, "user_id": None},
    "POST /api/v1/jurisdiction/contact-points user_id": {"organisation_id": None, "post_id": None},
    "POST /api/v1/supervision/draws without.[]": {"why": "ill"},
    "POST /api/v1/supervision/electrical-points": {"kind": "joint"},
    "POST /api/v1/jurisdiction/me/list-acts": {"act": "acknowledge"},
    "POST /api/v1/supervision/entries": {**_NOTE, "entries.[].subject": "task"},
    "POST /api/v1/supervision/entries entries.[].data.object": _OPEN,
    "POST /api/v1/supervision/entries entries.[].data.second": {**_OPEN, "entries.[].data.object": "@supervised_object_id"},
    "POST /api/v1/supervision/evidence": {"records.[].at": _LATELY, "records.[].source": "video"},
    "POST /api/v1/supervision/shifts/{duty_shift_id}/changes": {"reason": "ill"},
    "POST /api/v1/supervision/meters": {"role": "total", "since": _LONG_AGO},
    "POST /api/v1/supervision/meters/{meter_id}/shares": {"at": _LONG_AGO},
    "POST /api/v1/supervision/meters/{meter_id}/swaps": {"at": _LONG_AGO},
    "POST /api/v1/supervision/objects": {"trade": "chemicals"},
    "POST /api/v1/supervision/objects parent_id": {"kind": "place"},
    "POST /api/v1/supervision/objects/{object_id}/people": {"role": "principal"},
    "POST /api/v1/supervision/presence/signs": {"signs.[].source": "gate"},
    "POST /api/v1/supervision/weather": {"hours.[].temperature_c": 20.0, "hours.[].at": _LONG_AGO},
    "POST /api/v1/vision/cameras": {"code": "37021300421310000099"},
    "POST /api/v1/vision/loading-orders": {
        "plate": "鲁B12345",
        "until_at": "2026-01-01T10:00:00Z",
        "from_at": "2026-01-01T08:00:00Z",
    },
    "POST /api/v1/warning/alarms/acts": {"act": "assign"},
    "POST /api/v1/warning/alarms/{alarm_id}/findings": {"cause": "sewer_biogas"},
    "PUT /api/v1/supervision/objects/{object_id}": {"trade": "chemicals"},
    "PUT /api/v1/supervision/people/{key_person_id}": {"role": "principal"},
}
"""What stands beside a field so that it is looked up at all: of an operation, or of one field of it; `@` is an id of the walk."""


def kind_of(field: NamingField) -> str | None:
    """What the field names by the table; None for one that nobody has put there."""
    return NAMED.get(".".join(field.path[-2:])) or NAMED.get(field.name)


def beside(field: NamingField, known: Any) -> dict[str, Any]:
    """What stands beside it, with the ids of the walk."""
    told = BESIDE.get(str(field.operation), {}) | BESIDE.get(str(field), {})
    return {path: str(known[one[1:]]) if isinstance(one, str) and one.startswith("@") else one for path, one in told.items()}
