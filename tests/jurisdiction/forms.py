"""Forms of pages as the code reads them: each address is posted to, and what its view asks of the form is written down.

Nothing is listed by hand: a new address, act or field is there by itself.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from typing import Any, Literal, get_args, get_origin
from unittest.mock import patch
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from tests.jurisdiction.walk import NOWHERE, Ids, learnt, undone
from tests.people import LICANG
from tocsin.screens import acts, forms

MARK_OF_A_FORM = "_walked"
type Fields = dict[str, Any]


@dataclass(frozen=True)
class PageForm:
    """What one address, and one act there, reads of a form: the names of its fields with their kinds, None for a bare text."""

    path: str
    act: str
    fields: Fields

    def __str__(self) -> str:
        return f"{self.path.replace('{name}', self.act)}"

    def __hash__(self) -> int:
        return hash(str(self))

    def url(self, ids: Ids) -> str:
        """The address with what lies in the district in its path."""
        known = learnt(self.path, ids)
        known["name"] = self.act or known["name"]
        return "/" + self.path.format_map(known)


@dataclass
class Reading:
    """What was asked of one form: fields, the acts among which its address chooses, whether it was read whole."""

    fields: Fields
    acts: set[str]
    is_whole: bool = False
    is_asked: bool = False


@cache
def _users_of_perform() -> list[Any]:
    """The modules that call it by the name that they imported, and its own."""
    ours = (one for name, one in sys.modules.items() if name.startswith("tocsin."))
    return [one for one in ours if vars(one).get("perform") is acts.perform]


@contextmanager
def reading() -> Iterator[Reading]:
    """Writes down what is asked of a form that carries the mark."""
    read = Reading({}, set())
    of_function, of_class, perform = forms._fields_of_function, forms._fields_of_class, acts.perform
    get_one, get_list, items = QueryDict.__getitem__, QueryDict.getlist, QueryDict.items

    def declared(fields: Callable[[Any], tuple[Any, ...]]) -> Callable[[Any], tuple[Any, ...]]:
        def told(kind: Any) -> tuple[Any, ...]:
            found = fields(kind)
            read.is_asked = True
            read.fields |= {one.name.removesuffix("_"): forms._plain(one.kind)[0] for one in found}
            return found

        return told

    def chosen(request: Any, table: Any, name: str, *args: Any, **given: Any) -> Any:
        read.acts |= set(table)
        return perform(request, table, name, *args, **given)

    def one(form: QueryDict, name: str) -> Any:
        if MARK_OF_A_FORM in form:
            read.fields.setdefault(name, None)
        return get_one(form, name)

    def many(form: QueryDict, name: str, default: Any = None) -> Any:
        if MARK_OF_A_FORM in form:
            read.fields.setdefault(name, list[str])
        return get_list(form, name, default)

    def every(form: QueryDict) -> Any:
        read.is_whole |= MARK_OF_A_FORM in form
        return items(form)

    patches = [
        patch.object(forms, "_fields_of_function", declared(of_function)),
        patch.object(forms, "_fields_of_class", declared(of_class)),
        patch.object(QueryDict, "__getitem__", one),
        patch.object(QueryDict, "getlist", many),
        patch.object(QueryDict, "items", every),
    ]
    patches += [patch.object(one, "perform", chosen) for one in _users_of_perform()]
    for one_patch in patches:
        one_patch.start()
    try:
        yield read
    finally:
        for one_patch in reversed(patches):
            one_patch.stop()


def addresses() -> Iterator[str]:
    """Every address of the URL map but the API's, its parameters in braces."""
    for name, patterns in get_resolver().reverse_dict.lists():
        if isinstance(name, str):
            for possibilities, *_rest in patterns:
                path, _parameters = possibilities[0]
                yield re.sub(r"%\((\w+)\)s", r"{\1}", path)


def page_forms(clients: Iterable[Client], ids: Ids) -> tuple[list[PageForm], list[str]]:
    """Every form that somebody of these reaches, and the addresses that take a form whose form nobody reached."""
    clients = list(clients)
    found: dict[str, PageForm] = {}
    unread: list[str] = []
    for path in sorted(set(addresses())):
        names, is_read, takes_forms = [""], False, False
        for name in names:
            form = PageForm(path, name, {})
            for client in clients:
                with undone(), reading() as read:
                    answer = sent(client, form.url(ids), {MARK_OF_A_FORM: "1"})
                if answer.status_code == 405:
                    break
                takes_forms |= answer.status_code != 405
                names += [one for one in sorted(read.acts) if one not in names]
                if read.fields or read.is_whole or read.is_asked:
                    is_read = True
                    if not read.acts or name:
                        found.setdefault(str(form), PageForm(path, name, {})).fields.update(read.fields)
                        break
        if takes_forms and not is_read:
            unread.append(path)
    return list(found.values()), unread


def sent(client: Client, url: str, form: dict[str, Any]) -> HttpResponse:
    """The answer to a form, from a browser that holds its session and nothing else, before and after."""
    session = client.cookies["sessionid"].value
    client.cookies.clear()
    client.cookies["sessionid"] = session
    try:
        return client.post(url, form)  # type: ignore[return-value]
    finally:
        client.cookies.clear()
        client.cookies["sessionid"] = session


def filled(form: PageForm, names: dict[str, str]) -> dict[str, Any]:
    """A plausible form; `names` are the fields that name something of the district, with it."""
    told = {field: names.get(field) or example(field, kind) for field, kind in form.fields.items()}
    return {field: value for field, value in told.items() if value is not None}


def example(name: str, kind: Any) -> Any:
    """A text of a form that is one of that kind."""
    if get_origin(kind) is list:
        return [example(name, forms._plain(get_args(kind)[0])[0])]
    if get_origin(kind) is Literal:
        return next(filter(None, get_args(kind)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return str(next(iter(kind)).value)
    if isinstance(kind, type) and is_dataclass(kind):
        return None  # its fields stand beside it
    soon = timezone.localtime() + timedelta(hours=1)
    return KNOWN.get(name) or {
        UUID: NOWHERE,
        bool: "yes",
        datetime: soon.strftime("%Y-%m-%dT%H:%M"),
        type(soon.date()): soon.strftime("%Y-%m-%d"),
    }.get(kind, f"new-{name}"[:40].replace("_", "-") if kind in (str, None) else "1")


KNOWN = {"region_code": LICANG, "region": LICANG, "role": "viewer", "quantity": "methane", "unit": "pct_lel", "until": ""}
"""Texts that a form holds by their name."""
