"""Fields of forms that name something: what of the place each may name, and what stands beside it."""

from functools import partial
from typing import Any
from uuid import UUID

from tests.accounts import PASSWORD
from tests.jurisdiction.bodies import BY_MARK, NAMED, OWN_WORD, REGION
from tests.jurisdiction.forms import PageForm
from tests.jurisdiction.scenes import (
    GIVEN,
    OF_THE_FIRM,
    POWER,
    TEAM,
    Scene,
    another_shift,
    asks_for_a_stop,
    both,
    doors_are_knocked_at,
    nobody_keeps,
    on_the_roster,
    person_holds,
    rows,
    signed,
)

OF_FORMS: dict[str, str] = {
    "analyst": "person_id",
    "camera": "camera_id",
    "watcher": "person_id",
    "approver": "person_id",
    "plant_unit": "plant_unit_id",
    "serves": "work_permit_id",
    "measure": "risk_measure_id",
    "check": "check_task_id",
    "alarm": "alarm_id",
    "answer": "answer_id",
    "change": "change_id",
    "colleague": "key_person_id",
    "corrects": "log_entry_id",
    "episode": "episode_id",
    "equipment": "plant_equipment_id",
    "held": "held_substance_id",
    "joint": "plant_joint_id",
    "from_equipment": "plant_equipment_id",
    "to_equipment": "plant_equipment_id",
    "point": "plant_point_id",
    "figure_code": OWN_WORD,
    "gateway": "device_code",
    "id": OWN_WORD,
    "inspection": "inspection_id",
    "into": "into_id",
    "leader": "person_id",
    "list_id": "requisition_list_id",
    "member": "member",
    "model": "device_model_id",
    "merge": "object_merge_id",
    "notice": "notice_id",
    "object": "supervised_object_id",
    "objection": "work_objection_id",
    "officer": "person_id",
    "order": "order_id",
    "organisation": "organisation_id",
    "organisations": "organisation_id",
    "other": "supervised_object_id",
    "parent": "supervised_object_id",
    "people": "username",
    "person": "person_id",
    "post": "post_id",
    "proposal": "proposal_id",
    "record": "platform_record_id",
    "region": REGION,
    "replaces": "member",
    "roster": "roster_id",
    "same_as": "hazard_report_id",
    "sensors": "sensor_id",
    "superior": "organisation_id",
    "token": "token_id",
    "unit": "organisation_id",
    "whom": "whom",
    "with": "member",
    "first": "person_id",
    "body": "organisation_id",
    "firm": "firm",
    "sensor": "sensor_code",
    "walker": "person_id",
}
"""As NAMED of bodies; of a field that is a UUID, or a text in TEXTS."""

TEXTS = ("member", "people", "gateway", "firm", "sensor", "whom", "with", "replaces", "region", "username")
"""Fields that name something by a text and whose names end otherwise than names of ids do."""

ONE_FORM: dict[str, str] = {
    "prevention/evaluation/{object_id}/withdraw/ record": "prevention_record_id",
    "permits/{work_permit_id}/do/test/ sensor": "sensor_id",
    "exposed/tell/now/ body": "body_id",
    "exposed/tell/now/ listed": "body_id",
    "objects/{object_id}/change-person/ person": "key_person_id",
    "objects/{object_id}/remove-person/ person": "key_person_id",
    "presence/firms/{object_id}/certificate/ person": "key_person_id",
    "records/audit/verify/ object_id": OWN_WORD,
    "account/list-acts/ row": "alarm_id",
    "reports/{report_id}/edit/ other": OWN_WORD,
    "login/ username": OWN_WORD,
    "vision/recognition/{camera_id}/set/ username": OWN_WORD,  # the camera's own account
    "sensing/devices/test/ gateway": OWN_WORD,  # a test device has none: what was typed only stands in a refused form again
    "sensing/devices/test/ model": OWN_WORD,
}
"""Where a field of one form is something else."""

OF_TEXT = {**BY_MARK, "member": "person:{person_id}", "whom": "{notice_id} 13800000000"}
"""How the thing is written."""


def kind_of(form: PageForm, field: str) -> str | None:
    """What the field names; OWN_WORD for what names nothing, None for one that nobody has put into a table."""
    one = ONE_FORM.get(f"{form} {field}")
    if one is not None:
        return one
    kind = form.fields[field]
    if kind in (UUID, list[UUID]) or field in TEXTS or (kind in (str, None, list[str]) and naming(field)):
        return OF_FORMS.get(field) or NAMED.get(field)
    return OWN_WORD


def naming(field: str) -> bool:
    """Whether a field's name says that it names something."""
    return field.endswith(("_id", "_ids", "_code", "_codes", "_number")) or field in ("code", "number")


_AN_ORDER = {
    **{"plate": "鲁B12345", "trailer": "", "way": "unloading", "amount_t": "", "camera": ""},
    **{"from_at": "2026-01-01T08:00", "until_at": "2026-01-01T10:00"},
}
OF_LOTS = ("accept", "issue", "mend", "repair", "reserve", "return", "scrap")
BESIDE: dict[str, dict[str, Any]] = {
    "supplies/requisitions/{requisition_id}/line/": {"quantity": "2", "item": ""},
    "account/tokens/": {"proof": PASSWORD, "name": "one", "scopes": ["alarms.see"], "days": "30", "region": "", "sources": ""},
    "account/list-acts/": {"path": "/alarms/", "query": "", "act": "acknowledge", "every": "", "expected": ""},
    "alarms/{alarm_id}/finding/": {"cause": "sewer_biogas", "found_at": "", "owner": "", "lon": "", "lat": ""},
    "exposed/tell/now/": {"about": "", "words": "Stay inside."},
    "drills/": {"script": '[{"act": "end", "after_min": 1}]'},
    "duty/handovers/{handover_id}/answer/": {"answer": "yes", "leader": "", "officer": []},
    "duty/shifts/{shift_id}/write/": {"at": ""},
    "duty/{desk_id}/begin/": {"leader": "", "officer": [], "reason": "ill"},
    "objects/{object_id}/add-person/": {"role": "principal", "telephone": "0532 87654321", "required_certificate": ""},
    "people/create/": {"username": "somebody.new"},
    "sensing/device-models/enter/": {
        **{"maker": "one", "model": "one", "protocol": "mqtt", "power": "mains", "battery_low_pct": ""},
        **{"channel": "ch4", "quantity": "methane", "unit": "", "interval_s": "60"},
    },
    "sensing/devices/register/": {"lon": "120.4", "lat": "36.1"},
    "sensing/devices/test/": {"lon": "120.4", "lat": "36.1"},
    "sensing/enrolment-keys/make/": {"most": "2", "days": "1", "like": "", "code_prefix": "", "lon": "", "lat": ""},
    "sensing/modbus/enter/": {
        "host": "127.0.0.1",
        "port": "502",
        "unit": "1",
        "period_s": "60",
        "map": "bordermark holding 0 u16",
    },
    "sensing/opcua/enter/": {"endpoint": "opc.tcp://127.0.0.1:4840", "security": "none", "user_name": "", "password": ""},
    "plans/guidance/": {"key": "one", "of_class": "any", "confidence": "C"},
    **{f"supplies/lots/{{lot_id}}/{act}/": {"quantity": "1", "reason": "seen"} for act in OF_LOTS},
    "supplies/requests/{supply_request_id}/line/": {"item": "1000000-0001", "quantity": "1", "reason": "seen"},
    "supplies/requests/{supply_request_id}/way/": {"minutes": "5", "reason": "seen", "closed": "", "open_again": ""},
    "supplies/stocktakes/open/": {"extent": "all", "category": ""},
    "supplies/stores/register/": {"level": "county", "lon": "", "lat": "", "kind": ""},
    "setup/skip/": {"step": "rosters", "reason": "none here"},
    "setup/take-up/": {"step": "rosters"},
    "rosters/{roster_id}/stand-ins/": {"ends_at": "2100-01-01T08:00"},
    "rosters/{roster_id}/stand-ins/ member": {"replaces": ""},
    "rosters/{roster_id}/swaps/": {"given": "2026-12-24T08:00:00+08:00/2026-12-24T20:00:00+08:00"},
    "vision/cameras/register/": {"code": "37021300421310000099", "lon": "", "lat": "", "bearing_deg": "", "view_deg": ""},
    "vision/vehicles/enter/": _AN_ORDER,
    "vision/vehicles/{loading_order_id}/change/": _AN_ORDER,
    "vision/cameras/{camera_id}/change/": {"lon": "", "lat": "", "bearing_deg": "", "view_deg": ""},
    "work/electrical/{object_id}/watch/": {"kind": "joint"},
    "work/episodes/{episode_id}/act/": {"act": "propose"},
    "work/firms/{object_id}/objection/": {"day": ""},
    "work/meters/of/{object_id}/": {"role": "total"},
}
"""What stands beside a field so that it is looked up at all: of a form, or of one field of it."""

SCENES: dict[str, Scene] = {
    "duty/handovers/{handover_id}/answer/ leader": both(GIVEN, partial(person_holds, "shift_leader")),
    "duty/handovers/{handover_id}/answer/ officer": both(GIVEN, partial(person_holds, "duty_officer")),
    "duty/shifts/{shift_id}/lead/": partial(person_holds, "shift_leader"),
    "duty/{desk_id}/begin/ leader": both(nobody_keeps, partial(person_holds, "shift_leader")),
    "duty/{desk_id}/begin/ officer": both(nobody_keeps, partial(person_holds, "duty_officer")),
    "leaves/ member": TEAM,
    "objects/{object_id}/add-person/ username": OF_THE_FIRM,
    "presence/firms/{object_id}/terminals/": rows("jurisdiction.ApiToken", scopes=["evidence.send"]),
    "presence/shifts/{duty_shift_id}/change/": another_shift,
    "rosters/{roster_id}/stand-ins/": TEAM,
    "rosters/{roster_id}/swaps/": on_the_roster,
    "warnings/doors/{round_id}/give/ walker": both(doors_are_knocked_at, partial(person_holds, "duty_officer")),
    "warnings/in/services/{warning_service_id}/bind/": rows("jurisdiction.ApiToken", scopes=["warnings.push"]),
    "work/electrical/{object_id}/watch/": rows("sensing.Sensor", quantity="joint_temperature"),
    "work/episodes/{episode_id}/act/": both(rows("supervision.Episode", kind="hidden_production"), signed),
    "work/meters/of/{object_id}/": POWER,
    "work/meters/periods/{meter_period_id}/correct/": rows("sensing.Sensor", quantity="power"),
    "work/meters/{meter_id}/swap/": POWER,
    "work/platforms/bind/": rows("jurisdiction.ApiToken", scopes=["evidence.send"]),
    "work/stops/{stop_order_id}/propose/": asks_for_a_stop,
}
"""How the rows stand: of a form, or of one field of it."""

EXCEPT = {"people/create/ username": "a new name: that it is taken is told, as nobody can sign in with two"}
"""Fields that take what does not exist, with the reason."""

_OF_THE_QUESTION = "kept only where it is a place of the question itself"
_MARKED = "what is not one's own is passed over, and nothing is said of it"
NEVER: dict[str, str] = {
    "alarms/{alarm_id}/answer/ asset_code": _OF_THE_QUESTION,
    "duty/calls/asked/{notice_id}/answer/ asset_code": _OF_THE_QUESTION,
    "exposed/tell/now/ listed": "what the page that follows lists again: it asks for the reader's rights itself",
    "hazard-reports/new/similar/ firm": "as the caller calls it: words",
    "orders/send-proposed/{case_id}/ unit": "compared with the units that are proposed: all others are refused alike",
    "notices/read-all/ notice": _MARKED,
    "notices/seen/ notice": _MARKED,
    "plants/of/{supervised_object_id}/ people": "how many: a number",
    "plants/{plant_unit_id}/change/ people": "how many: a number",
    "supplies/levels/people/ people": "how many: a number",
    "supplies/requests/open/ people": "how many: a number",
    "warnings/doors/{round_id}/ people": "how many: a number",
}
"""Fields of which nobody is told whether what they name is there, with the reason."""

NOT_ARRANGED = {
    "plants/positions/of/{supervised_object_id}/do/tag/ person",
    "plants/positions/tags/{position_tag_id}/do/change/ person",
    *(f"permits/of/{{object_id}}/ {one}" for one in ("plant_unit", "serves", "analyst", "watcher", "approver")),
    *(f"permits/{{work_permit_id}}/change/ {one}" for one in ("plant_unit", "serves", "analyst", "watcher", "approver")),
    "permits/{work_permit_id}/do/test/ sensor",
    "prevention/objects/{risk_object_id}/ person",
    *(f"prevention/events/{{risk_event_id}}/do/{one}-check/ person" for one in ("plan", "change")),
    "plants/table/ object",
    "plants/zones/of/{supervised_object_id}/enter/ plant_unit",
    "plants/zones/{plant_zone_id}/change/ plant_unit",
    "plants/responses/{plant_unit_id}/do/write/ point",
    "plants/{plant_unit_id}/do/point/ sensor",
    "supplies/requisitions/draft/ owner_id",
    "supplies/requisitions/draft/ request_id",
    "supplies/requisitions/{requisition_id}/lists/ store_id",
    "supplies/requisitions/{requisition_id}/line/ source_lot_id",
    "supplies/requisitions/{requisition_id}/line/ line_id",
    "hazard-reports/new/take-in/ firm",
    "hazard-reports/new/take-in/ same_as",
    "hazard-reports/{hazard_report_id}/assign/ first",
    "hazard-reports/{hazard_report_id}/assign/ second",
    "resources/register/ organisation_id",
    "resources/take/ organisation_id",
    "supplies/requests/{supply_request_id}/line/ instead_of",
    "supplies/stocktakes/{stocktake_id}/decide/ count_entry_id",
    "supplies/stores/register/ organisation_id",
    "volunteers/join/ body",
    "volunteers/join/ username",
    "warnings/new/ source_id",
    "warnings/{warning_id}/edit/ source_id",
}
"""Fields of which the answers are compared, and another rule still refuses before the name decides: a scene would show it."""

_A_FILE = "a file, and words beside it"
_A_BUTTON = "a button: nothing is read but the address"
_NO_LOGIN = "for people and programs without an account here, by a key"
UNREAD = {
    "account/provider/": "only with a provider of sign-in",
    "account/sign-ins/{browser_id}/not-me/": _A_BUTTON,
    "cases/{case_id}/files/": _A_FILE,
    "early-signs/{early_sign_id}/seen/": _A_BUTTON,
    "sensing/device-models/table/": _A_FILE,
    "sensing/device-tables/{device_table_id}/secrets/": _A_BUTTON,
    "hazard/follow": _NO_LOGIN,
    "hazard/launch": _NO_LOGIN,
    "hazard-reports/{hazard_report_id}/photos/{photo_number}/look/": _A_BUTTON,
    "hazard/photos": _NO_LOGIN,
    "hazard/reports": _NO_LOGIN,
    "hazard/similar": _NO_LOGIN,
    "hazard/rewards": _NO_LOGIN,
    "w/subscribe/push/": _NO_LOGIN,
    "w/receipt/{outlet_id}/": _NO_LOGIN,
    "warnings/{warning_id}/update/": "a warning that was issued: the walk's is a draft",
    "inspections/checklists/{code}/": "for people of the whole installation; it names nothing of a place",
    "live/": "no form: a stream",
    "login/by/oidc/{provider_id}/login/": "only with a provider of sign-in",
    "login/by/oidc/{provider_id}/login/callback/": "only with a provider of sign-in",
    "login/code/": "only between password and second step",
    "n/{token}/": _NO_LOGIN,
    "map/select/": "JSON of the page: an area",
    "map/select/rows/": "JSON of the page: an area",
    "map/terrain/profile/": "JSON of the page: a line",
    "notices/push/": "JSON of the browser: a subscription",
    "notices/receipt/{channel}/": _NO_LOGIN,
    "objects/accounts/": _A_BUTTON,
    "supplies/deliveries/{delivery_id}/{name}/": "amounts and words: it names nothing of a place",
    "imports/to/{kind}/": _A_FILE,
    "plants/of/{supervised_object_id}/cut/": _A_BUTTON,
    "plants/zones/{plant_zone_id}/withdraw/": _A_BUTTON,
    "settings/channels/new/{kind}/": "addresses and secrets of the whole installation: it names nothing of a place",
    "settings/channels/{channel_table_id}/{name}/": _A_BUTTON,
    "supplies/way/entries": _NO_LOGIN,
    "supplies/way/photos": _NO_LOGIN,
    "resources/{resource_id}/deliver/": _A_FILE,
    "resources/layers/": _A_FILE,
    "policy/{name}/": "a policy's text; for a region, which the API's body shows to be refused",
    "presence/certificates/{person_certificate_id}/revoke/": _A_BUTTON,
    "vision/health/{camera_id}/frame/": _A_FILE,
    "vision/recognition/text/": _A_FILE,
    "work/platforms/{connector_id}/": _A_BUTTON,
    "work/platforms/joining/{platform_table_id}/try/": _A_BUTTON,
}
"""Addresses that take a POST and whose form none of the walk's people reaches, with the reason."""
