"""What a body names lies within the caller's reach: what lies elsewhere is refused exactly as what does not exist."""

import json
import re
from dataclasses import replace
from itertools import groupby
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from tests.accounts import PersonMaker
from tests.api import schema
from tests.jurisdiction.bodies import (
    BESIDE,
    BY_MARK,
    EXCEPT,
    NEVER,
    NOT_ARRANGED,
    OWN_WORD,
    REGION,
    NamingField,
    kind_of,
    naming_fields,
    with_value,
)
from tests.jurisdiction.district import District, build_district
from tests.jurisdiction.scenes import SCENES, Scene
from tests.jurisdiction.twin import TWIN, make_twin
from tests.jurisdiction.walk import ENGLISH, MARK, Askers, Ids, Operation, learnt, operations, signed_in, undone
from tests.people import LICANG, ZHIFU
from tocsin.jurisdiction.people.services.grants import grant_role
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.jurisdiction.rights.rules import ADMINISTRATORS, GRANTABLE, OF_AN_ORGANISATION, Role
from tocsin.supervision.evidence.models import EvidenceSender

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOTHING, NOWHERE = "01890000-0000-7000-8000-00000000dead", "999999"
"""What does not exist: an id, also a fine word; and a region."""

REFUSED_IN_ROWS = "POST /api/v1/supervision/weather"
"""It takes a table and answers which rows it refused."""

MADE_NOW = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:.]+")
"""Ids and moments in an answer to what was done: made anew each time."""

REACHES = ADMINISTRATORS | OF_AN_ORGANISATION | {Role.IDENTITY_KEEPER, Role.SUPPLIES_HEAD, Role.SHIFT_LEADER}
"""Roles that are let where the operator is not."""

BODY_OF = dict.fromkeys(OF_AN_ORGANISATION, "gas_company")

type Answer = tuple[int, str]


class Walk:
    """The district, its twin, and clients of every role."""

    def __init__(self, make_person: PersonMaker) -> None:
        self.district: District = build_district(make_person)
        self.there: Ids = make_twin(self.district)
        self.schema: dict[str, Any] = schema()
        self.fields = list(naming_fields(self.schema, list(operations(self.schema, self.district.ids))))
        self.clients = clients_of(self.district, make_person)
        self._asked: tuple[Client, str] | None = None
        self._answers: dict[tuple[str, Scene | None], tuple[Answer, bool]] = {}

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
        """What is answered, with X in the place of the value, and whether anything was written.

        A body that names what lies here in every field is one call, whichever field is asked about: it is made once.
        """
        if self._asked != (client, str(field.operation)):
            self._asked, self._answers = (client, str(field.operation)), {}
        body = with_value(field, self.schema, value, self.district.ids)
        scene = SCENES.get(str(field)) or SCENES.get(str(field.operation))
        call = (repr(body), scene)
        if call not in self._answers:
            self._answers[call] = self._call(replace(field.operation, body=body), client, scene)
        (code, text), written = self._answers[call]
        text = text.replace(value, "X")
        return (code, MADE_NOW.sub("N", text) if code < 300 else text), written

    def _call(self, operation: Operation, client: Client, scene: Scene | None) -> tuple[Answer, bool]:
        with undone():
            if scene is not None:
                scene(self.district.ids, self.there)
            return self._called(operation, client)

    def _called(self, operation: Operation, client: Client) -> tuple[Answer, bool]:
        with undone() as written:
            response = operation.call(client, self.district.ids)
            code, text = response.status_code, response.content.decode()
            if written:
                try:
                    connection.check_constraints()
                except IntegrityError as error:
                    code, text = 500, str(error)
        return (code, text), bool(written)


def clients_of(district: District, make_person: PersonMaker) -> Askers[tuple[str, Client]]:
    """One who holds all that one person may hold there together, what others must do, and a platform: every operation is reached.
    In turn with each other role alone.
    """
    for role in (Role.SUPERVISOR, Role.INSPECTOR):
        grant_role(actor=system_actor(), user=district.operator, role=role, region_code=LICANG)
    alone = {role: make_person(role, LICANG, organisation=BODY_OF.get(role, "monitoring_centre")) for role in GRANTABLE}
    asks = {role: (user.username, signed_in(user, headers=ENGLISH)) for role, user in alone.items()}
    operator = (district.operator.username, signed_in(district.operator, headers=ENGLISH))
    always = (operator, *(asks[role] for role in GRANTABLE if role in REACHES), ("a platform", platform(district)))
    return Askers(always, tuple(asks[role] for role in GRANTABLE if role not in REACHES))


def platform(district: District) -> Client:
    """A program with a token that is bound to a platform of the place."""
    token, secret = create_token(user=district.operator, name="platform", scopes=("evidence.send",), now=timezone.now())
    bound = {"platform": MARK, "level": "city", "region_code": LICANG, "sources": ["video"]}
    EvidenceSender.objects.create(token_id=token.pk, made_at=timezone.now(), made_by=district.operator, **bound)
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {secret}", "Accept-Language": "en"})


def one_of_the_place(field: NamingField) -> bool:
    """Whether it names something of a place, which decides about the answer."""
    return kind_of(field) not in (None, OWN_WORD, REGION) and str(field) not in {*EXCEPT, *NEVER}


def test_what_lies_elsewhere_is_refused_as_what_does_not_exist(make_person: PersonMaker) -> None:
    walk = Walk(make_person)
    unknown = [str(one) for one in walk.fields if kind_of(one) is None]
    assert unknown == [], "a row in NAMED of tests/jurisdiction/bodies.py says what it names"
    known = {str(one) for one in walk.fields} | {str(one.operation) for one in walk.fields}
    assert {*EXCEPT, *NEVER, *BESIDE, *SCENES} <= known, "rows of fields that are no more"
    wrong: list[str] = []
    undecided: dict[str, str] = {str(one): "nobody is let so far" for one in walk.fields if one_of_the_place(one)}
    operations_of = groupby(walk.fields, key=lambda one: str(one.operation))
    for number, (_operation, group) in enumerate(operations_of):
        fields = [one for one in group if kind_of(one) != OWN_WORD]
        for username, client in walk.clients.of(number):
            for field in fields:
                kind = kind_of(field)
                here, nowhere, there = walk.values(field)
                own, _written = walk.answer(field, client, here)
                if own[0] in (403, 404):
                    break  # nothing of the operation is for this role
                foreign, written = walk.answer(field, client, there)
                told = f"{field} by {username}: here {own[0]}, elsewhere {foreign}"
                if foreign[0] >= 500 or TWIN in foreign[1] or (kind == REGION and written and foreign[0] < 300):
                    wrong.append(told)
                elif kind != REGION and str(field) not in EXCEPT:
                    missing, _written = walk.answer(field, client, nowhere)
                    if own != missing:
                        undecided.pop(str(field), None)
                    elif str(field) in undecided and "permission" not in own[1]:
                        undecided[str(field)] += f"; {username}: {own[0]} {json.loads(own[1])}"
                    if missing != foreign or (str(field) in NEVER and missing != own):
                        wrong.append(f"{told}, nowhere {missing}")
    assert wrong == [], "\n".join(wrong)
    assert undecided.keys() >= NOT_ARRANGED, "the name decides now: take it out of NOT_ARRANGED"
    undecided = {one: why for one, why in undecided.items() if one not in NOT_ARRANGED}
    assert not undecided, "\n".join(f"{one}: {why[:700]}" for one, why in undecided.items())
