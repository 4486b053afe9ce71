"""What a form names lies within the reach of whoever sends it: what lies elsewhere is refused exactly as what does not exist."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection
from django.test import Client

from tests.accounts import PersonMaker
from tests.jurisdiction.bodies import OWN_WORD, REGION
from tests.jurisdiction.district import District, build_district
from tests.jurisdiction.forms import PageForm, filled, page_forms, sent
from tests.jurisdiction.named_in_forms import BESIDE, EXCEPT, NEVER, NOT_ARRANGED, OF_TEXT, SCENES, UNREAD, kind_of
from tests.jurisdiction.scenes import Scene
from tests.jurisdiction.twin import TWIN, make_twin
from tests.jurisdiction.walk import ENGLISH, MARK, Askers, Ids, Rows, learnt, signed_in, undone
from tests.people import LICANG, ZHIFU
from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.people.services.grants import grant_role
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.rights.rules import OF_AN_ORGANISATION, Role
from tocsin.screens.acts import Attempt

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

NOTHING, NOWHERE = "01890000-0000-7000-8000-00000000dead", "999999"
OF_THE_ANSWER = re.compile(
    r'data-clock="\d+"|name="csrfmiddlewaretoken" value="\w+"|nonce="[^"]+"|[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\d[T ][\d:.]+'
    r"|(?<![\w-])[\w-]{43}(?![\w-])|since=\d{13}"
)
"""What is another in every answer: clocks, ids, moments, and secrets that are shown once."""

type Answer = tuple[int, str, str, str]


class Walk:
    """The district, its twin, the forms, and people who fill them in."""

    def __init__(self, make_person: PersonMaker) -> None:
        self.district: District = build_district(make_person)
        self.there: Ids = make_twin(self.district)
        self.clients = clients_of(self.district, make_person)
        self.forms, self.unread = page_forms((client for _name, client in self.clients.always), self.district.ids)
        self.twin = Rows.that_stand(_of_the_twin)
        self._values: dict[str, tuple[str, str, str]] = {}
        self._last: PageForm | None = None
        self._answers: dict[tuple[object, ...], tuple[Answer, list[str], bool]] = {}

    def values(self, form: PageForm, field: str) -> tuple[str, str, str]:
        """Of here, of nowhere, of the twin. Looked up once: each answer asks for those of its whole form."""
        key = f"{form} {field}"
        if key not in self._values:
            self._values[key] = self._values_of(form, field)
        return self._values[key]

    def _values_of(self, form: PageForm, field: str) -> tuple[str, str, str]:
        kind = kind_of(form, field)
        if kind == REGION:
            return LICANG, NOWHERE, ZHIFU
        here, there = (learnt(form.path, one) for one in (self.district.ids, self.there))
        nothing = dict.fromkeys(("person_id", "notice_id", "post_id"), NOTHING)
        if kind in OF_TEXT:
            pattern = OF_TEXT[kind]
            if "{}" in pattern:
                return pattern.format(MARK), NOTHING, pattern.format(TWIN)
            return pattern.format_map(here), pattern.format_map(nothing), pattern.format_map(there)
        return str(here[str(kind)]), NOTHING, str(there[str(kind)])

    def answer(self, form: PageForm, field: str, client: Client, value: str) -> tuple[Answer, list[str], bool]:
        """What is answered, with X in the place of the value; what was written; and whether rights forbade it.

        What the form names stands in the address, too: a page that shows a form anew reads there what it is about. So a form
        that names what lies here in every field is one request, whichever field is asked about: it is sent once.
        """
        if self._last is not form:
            self._last, self._answers = form, {}
        names = {one: self.values(form, one)[0] for one in form.fields if kind_of(form, one) not in (OWN_WORD, None)}
        told = filled(form, names) | BESIDE.get(str(form), {}) | BESIDE.get(f"{form} {field}", {})
        told[field] = [value] if isinstance(told.get(field), list) else value
        url = f"{form.url(self.district.ids)}?{urlencode(names | {field: value})}"
        scene = SCENES.get(f"{form} {field}") or SCENES.get(str(form))
        request = (id(client), url, repr(told), scene)
        if request not in self._answers:
            is_foreign = value == self.values(form, field)[2]
            self._answers[request] = self._sent(client, url, told, scene, f"{form} {field}" if is_foreign else "")
        (code, *said), written, shut = self._answers[request]
        answer = (code, *(OF_THE_ANSWER.sub("N", one.replace(value, "X").replace(value[:40], "X")) for one in said))
        return answer, written, shut  # type: ignore[return-value]

    def _sent(
        self, client: Client, url: str, told: dict[str, Any], scene: Scene | None, foreign: str
    ) -> tuple[Answer, list[str], bool]:
        """Code, place, messages and page of the answer, what was written, whether rights forbade it; `foreign` names the field
        with what lies elsewhere.
        """
        with undone() as arranged:
            if scene is not None:
                scene(self.district.ids, self.there)
            before = self.twin.after(arranged) if foreign else self.twin
            with undone() as written, refusals() as refused:
                response = sent(client, url, told)
                code, where = response.status_code, response.headers.get("Location", "")
                text = response.content.decode(errors="replace") if code < 300 else ""
                said = "\n".join(str(one) for one in get_messages(response.wsgi_request))
                if written:
                    try:
                        connection.check_constraints()
                    except IntegrityError as error:
                        code, text = 500, str(error)
                if foreign:
                    assert before.after(written) == before, f"{foreign} changed what lies elsewhere"
        shut = code in (403, 404) or any(issubclass(one, NotAllowed) for one in refused)
        return (code, where, said, text), [one for one in written if "django_session" not in one], shut


@contextmanager
def refusals() -> Iterator[list[type[BaseException]]]:
    """The kinds of refusals that a page tells."""
    found: list[type[BaseException]] = []
    leave = Attempt.__exit__

    def left(self: Attempt, kind: Any, error: Any, trace: Any) -> bool:
        if kind is not None:
            found.append(kind)
        return leave(self, kind, error, trace)

    with patch.object(Attempt, "__exit__", left):
        yield found


def first_difference(one: str, other: str) -> str:
    """The first lines in which two pages differ."""
    pairs = zip_longest(one.splitlines(), other.splitlines(), fillvalue="")
    return next((f"{a.strip()} | {b.strip()}" for a, b in pairs if a != b), "")


def clients_of(district: District, make_person: PersonMaker) -> Askers[tuple[str, Client]]:
    """One who holds all that one person may hold there together, one with all roles of a body's people, and the other
    administrators. In turn with one for each of a body's roles alone.
    """
    of_a_body = make_person("", LICANG, organisation="gas_company")
    for user, roles in ((district.operator, (Role.SUPERVISOR, Role.INSPECTOR)), (of_a_body, sorted(OF_AN_ORGANISATION))):
        for role in roles:
            grant_role(actor=system_actor(), user=user, role=role, region_code=LICANG)
    apart = (make_person(Role.SECURITY_ADMINISTRATOR), make_person(Role.AUDIT_ADMINISTRATOR))
    alone = [make_person(role, LICANG, organisation="gas_company") for role in sorted(OF_AN_ORGANISATION)]
    always, in_turn = (
        tuple((user.username, signed_in(user, headers=ENGLISH)) for user in some)
        for some in ((district.operator, of_a_body, *apart), alone)
    )
    return Askers(always, in_turn)


def _of_the_twin(row: str) -> bool:
    return TWIN in row


def test_what_lies_elsewhere_is_refused_as_what_does_not_exist(make_person: PersonMaker) -> None:
    walk = Walk(make_person)
    assert len(walk.forms) > 150
    assert set(walk.unread) == set(UNREAD), "nobody of these people reaches the form of this address"
    fields = [(form, field) for form in walk.forms for field in form.fields]
    unknown = [f"{form} {field}" for form, field in fields if kind_of(form, field) is None]
    assert unknown == [], "a row in tests/jurisdiction/named_in_forms.py says what it names"
    named = [(form, field) for form, field in fields if kind_of(form, field) != OWN_WORD]
    undecided = {f"{form} {field}": "" for form, field in named if kind_of(form, field) != REGION}
    undecided = {key: "" for key in undecided if key not in EXCEPT}
    wrong: list[str] = []
    for number, (form, field) in enumerate(named):
        key = f"{form} {field}"
        here, nowhere, there = walk.values(form, field)
        for username, client in walk.clients.of(number):
            own, _written, shut = walk.answer(form, field, client, here)
            if shut:
                continue
            foreign, written, _shut = walk.answer(form, field, client, there)
            told = f"{key} by {username}: here {own[:3]}, elsewhere {foreign[:3]}"
            if foreign[0] >= 500 or TWIN in str(foreign):
                wrong.append(told)
                continue
            missing, also_written, _shut = walk.answer(form, field, client, nowhere)
            if kind_of(form, field) != REGION and key not in EXCEPT and (missing, also_written) != (foreign, written):
                wrong.append(f"{told}, nowhere {missing[:3]} {first_difference(foreign[3], missing[3])}")
            if own != missing:
                undecided.pop(key, None)
            elif key in undecided:
                undecided[key] += f"{username}: {own[:3]}; "

    assert wrong == [], "\n".join(wrong)
    assert undecided.keys() == {*NEVER, *NOT_ARRANGED}, "\n".join(f"{one}: {why}" for one, why in undecided.items())
