"""The API as its own description tells it: every operation, with real ids in its path and a plausible body."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core import serializers
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import get_resolver
from django.utils import timezone
from PIL import Image

from tests.jurisdiction.rows import walked
from tests.people import LICANG
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.sessions import KEY
from tocsin.screens.budgets import requests as budgets

FORM = "multipart/form-data"
ENGLISH = {"Accept-Language": "en"}
MARK = "bordermark"
"""In the code or name of everything that lies in Licang: to read it elsewhere is to have looked across the border."""

WORDS = {
    "area": "tank_farm",
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
    "picture_number": "1",
    "browser_id": "00000000-0000-4000-8000-000000000001",
    "token": "none",
    "sign_up_id": "00000000-0000-4000-8000-000000000001",
}
"""Parameters of paths that are no ids."""

ALIASES = {
    "from_equipment_id": "plant_equipment_id",
    "to_equipment_id": "plant_equipment_id",
    "agreement_id": "sharing_agreement_id",
    "opcua_server_id": "opc_ua_server_id",
    "object_id": "case_id",
    "task_id": "plan_task_id",
    "unit_id": "organisation_id",
    "warning_id": "public_warning_id",
    "to_store_id": "store_id",
    "record_id": "platform_record_id",
}
"""Ids by other names, as paths use them."""


OF_SUPERVISION = (
    *("/supervision/", "/objects/", "/tasks/", "/inspections/", "/points/", "/work/", "/presence/", "/firm/"),
    "/vision/",
)
"""Parts of paths below which an id is of supervision's own model: its finding, its task, its object."""


OF_ATLAS = ("/atlas/", "/resources/", "/sharing/", "/exposed/")
"""Parts of paths below which an id is of the map's own model: its delivery, its contract."""


OF_HAZCHEM = ("/hazchem/", "/plants/", "/permits/", "/commitments/", "/prevention/")
OF_SUPPLIES = ("/supplies/",)
"""Parts of paths below which a plan is one to serve a request from stock."""


WORDS_BELOW = {
    "/settings/channels/": {"kind": "email"},
    "/stops/": {"code": "hazard_removed"},
    "/handbook/": {"slug": "crew"},
    "/imports/to/": {"kind": "exposed-bodies"},
    "/ogc/features/": {"name": "assets", "key": "none"},
    "/sensorthings/": {"address": "Things"},
    "/sharing/files/": {"name": "assets"},
}
"""The same where a word means something else below a part of the path."""


OF_ONESELF = "me/contact-points/"
"""Part of paths below which a contact point is the caller's own."""


OF_TASK_RULES = ("task-policies/", "tasks/rules/")
"""Parts of paths below which a version of a policy is one of task rules."""


def meant(path: str, ids: dict[str, UUID | str]) -> dict[str, UUID | str]:
    """The ids as that path means them."""
    capabilities = (
        *(("supervision:", OF_SUPERVISION), ("atlas:", OF_ATLAS), ("supplies:", OF_SUPPLIES), ("hazchem:", OF_HAZCHEM)),
    )
    for capability, parts in capabilities:
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
            for one in (self.body or {}).values():
                if isinstance(one, SimpleUploadedFile):
                    one.seek(0)  # the call before has read it to its end
            data, kind = encode_multipart(BOUNDARY, self.body or {}), MULTIPART_CONTENT
        else:
            data, kind = json.dumps(self.body) if self.body is not None else "", "application/json"
        return client.generic(self.method.upper(), url, data, content_type=kind, query_params=self.query)  # type: ignore[return-value]


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
            parts = part.get("prefixItems") or [part["items"]]  # of so many, each of its own kind, or of any number of one kind
            return [example(one, schema, name.removesuffix("s"), ids) for one in parts]
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
        "list_path": "/alarms/",
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


def signed_in(user: User, **given: Any) -> Client:
    """A client of that person. The use of its session is noted as of tomorrow: each call of a walk is undone, so after a minute
    each of them would note it anew.
    """
    client = Client(raise_request_exception=False, **given)
    client.force_login(user)
    session = client.session
    session[KEY] |= {"seen_at": (timezone.now() + timedelta(days=1)).timestamp()}
    session.save()
    return client


@dataclass(frozen=True)
class Askers[T]:
    """Who asks: some ask everything, of the others one each thing, the next one the next thing.

    A walk of every page with every role asks the same code thirty times what it answers once. Whoever holds all roles together
    reaches everything; that a role alone is answered otherwise somewhere is found by asking each role at every so many-th place,
    and `make fuzz` goes on with all of them.
    """

    always: tuple[T, ...]
    in_turn: tuple[T, ...]

    def of(self, number: int) -> tuple[T, ...]:
        """Those who ask thing number so and so."""
        return (*self.always, self.in_turn[number % len(self.in_turn)]) if self.in_turn else self.always


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


_TABLE_WRITTEN = re.compile(r'(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) "?(\w+)')


@cache
def _tables() -> dict[str, type[Model]]:
    """Which model's rows are told otherwise when something is written into a table: its own, or one of many to many."""
    told = {model._meta.db_table: model for model in walked()}
    for model in walked():
        told |= {field.m2m_db_table(): model for field in model._meta.local_many_to_many}
    return told


def _all(_row: str) -> bool:
    return True


@dataclass(frozen=True)
class Rows:
    """Every row that a border protects and that matters to a test, as text, by model. Two are equal where no row differs."""

    of: dict[type[Model], list[str]]
    matters: Callable[[str], bool] = field(default=_all, compare=False)

    @classmethod
    def that_stand(cls, matters: Callable[[str], bool] = _all) -> "Rows":
        """As they are now."""
        return cls({model: _rows_of(model, matters) for model in walked()}, matters)

    def after(self, written: Iterable[str]) -> "Rows":
        """As they are after these statements: only rows of the tables that they wrote are read anew."""
        named = [_TABLE_WRITTEN.match(one) for one in written]
        if None in named:  # who knows which tables
            return Rows.that_stand(self.matters)
        touched = {_tables()[one[1]] for one in named if one and one[1] in _tables()}
        return Rows(self.of | {model: _rows_of(model, self.matters) for model in touched}, self.matters)


def _rows_of(model: type[Model], matters: Callable[[str], bool]) -> list[str]:
    return sorted(filter(matters, (serializers.serialize("json", [row]) for row in model._base_manager.all())))
