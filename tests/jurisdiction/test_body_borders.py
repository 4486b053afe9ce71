"""What a body names lies within the caller's reach: what lies elsewhere is refused exactly as what does not exist."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from tests.accounts import PersonMaker
from tests.jurisdiction.bodies import BESIDE, BY_MARK, EXCEPT, OWN_WORD, REGION, NamingField, kind_of, naming_fields, with_value
from tests.jurisdiction.twin import TWIN, make_twin
from tests.jurisdiction.walk import MARK, District, Ids, build_district, learnt, operations, undone
from tests.people import LICANG, ZHIFU
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.grants import grant_role
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.rules import OF_AN_ORGANISATION, Role
from tocsin.portal.api import api

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOTHING, NOWHERE = "01890000-0000-7000-8000-00000000dead", "999999"
"""What does not exist: an id, also a fine word; and a region."""

REFUSED_IN_ROWS = "POST /api/v1/supervision/weather"
"""It takes a table and answers which rows it refused."""

type Answer = tuple[int, str]


class Walk:
    """The district, its twin, and clients of every role."""

    def __init__(self, make_person: PersonMaker) -> None:
        self.district: District = build_district(make_person)
        self.there: Ids = make_twin(self.district)
        self.schema: dict[str, Any] = api.get_openapi_schema()
        self.fields = list(naming_fields(self.schema, list(operations(self.schema, self.district.ids))))
        self.clients = [(user.username, _signed_in(user)) for user in people_of(self.district, make_person)]

    def values(self, field: NamingField) -> tuple[str, str, str]:
        """Of here, of nowhere, of the twin."""
        kind = kind_of(field)
        assert kind is not None
        if kind == REGION:
            return LICANG, NOWHERE, ZHIFU
        if kind in BY_MARK:
            return BY_MARK[kind].format(MARK), NOTHING, BY_MARK[kind].format(TWIN)
        path = field.operation.path
        return str(learnt(path, self.district.ids)[kind]), NOTHING, str(learnt(path, self.there)[kind])

    def answer(self, field: NamingField, client: Client, value: str) -> tuple[Answer, bool]:
        """What is answered, with X in the place of the value, and whether anything was written."""
        operation = replace(field.operation, body=with_value(field, self.schema, value, self.district.ids))
        with undone() as written:
            response = operation.call(client, self.district.ids)
            code, text = response.status_code, response.content.decode()
            if written:
                try:
                    connection.check_constraints()
                except IntegrityError as error:
                    code, text = 500, str(error)
        return (code, text.replace(value, "X")), bool(written)


def people_of(district: District, make_person: PersonMaker) -> list[User]:
    """Of every role: one who holds all that one person may hold there together, and one each of the rest."""
    apart = (Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    for role in (Role.SUPERVISOR, Role.INSPECTOR):
        grant_role(actor=system_actor(), user=district.operator, role=role, region_code=LICANG)
    of_a_body = [make_person(role, LICANG, organisation="gas_company") for role in sorted(OF_AN_ORGANISATION)]
    return [district.operator, *of_a_body, *(make_person(role, LICANG) for role in apart)]


def _signed_in(user: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def test_what_lies_elsewhere_is_refused_as_what_does_not_exist(make_person: PersonMaker) -> None:
    walk = Walk(make_person)
    unknown = [str(one) for one in walk.fields if kind_of(one) is None]
    assert unknown == [], "a row in NAMED of tests/jurisdiction/bodies.py says what it names"
    known = {str(one) for one in walk.fields} | {str(one.operation) for one in walk.fields}
    assert {*EXCEPT, *BESIDE} <= known, "rows of fields that are no more"
    wrong: list[str] = []
    for username, client in walk.clients:
        shut: set[str] = set()
        for field in walk.fields:
            kind = kind_of(field)
            if kind == OWN_WORD or str(field.operation) in shut:
                continue
            here, nowhere, there = walk.values(field)
            own, _written = walk.answer(field, client, here)
            if own[0] in (403, 404):
                shut.add(str(field.operation))  # nothing of the operation is for this role
                continue
            foreign, written = walk.answer(field, client, there)
            told = f"{field} by {username}: here {own[0]}, elsewhere {foreign}"
            if foreign[0] >= 500 or TWIN in foreign[1] or (kind == REGION and written and foreign[0] < 300):
                wrong.append(told)
            elif kind != REGION and str(field) not in EXCEPT:
                missing, _written = walk.answer(field, client, nowhere)
                if missing != foreign:
                    wrong.append(f"{told}, nowhere {missing}")
    assert wrong == [], "\n".join(wrong)
