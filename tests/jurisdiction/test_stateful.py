"""Schemathesis follows the API's own answers from call to call, as every role: what one call told, the next one names."""

import dataclasses
import json
import os
import random
from collections import Counter
from typing import Any

import pytest
import requests
import schemathesis
from django.http import StreamingHttpResponse
from django.test import Client
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.accounts import PersonMaker
from tests.api import schema
from tests.jurisdiction.district import build_district
from tests.jurisdiction.test_body_borders import BODY_OF
from tests.jurisdiction.twin import TWIN, make_twin
from tests.jurisdiction.walk import Ids, learnt, undone
from tests.people import LICANG
from tocsin.jurisdiction.rights.rules import GRANTABLE, Role

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

STORIES = int(os.environ.get("TOCSIN_STORIES", "3"))
"""Of each role; `make fuzz` tells more, and other ones."""

STEPS = 8
MOST_RULES = 9_000
"""Hypothesis gives up a choice among more than ten thousand of which few are possible."""
FIRST = int(os.environ.get("TOCSIN_SEED", "1"))
FURTHER_SEED = 1_000
"""From a run that was broken off to its next trial, so that no two roles share a seed."""


def machine(here: Ids, there: Ids) -> type[APIStateMachine]:
    """Calls in process; whatever a story has written is undone at its end."""
    described: type[APIStateMachine] = schemathesis.openapi.from_dict(schema()).as_state_machine()

    class Story(described):  # type: ignore[misc, valid-type]
        """One story of one person."""

        client: Client
        codes: Counter[int]
        wrong: list[str]

        @classmethod
        def setup_state(cls) -> Any:
            """All first calls, and of the links from answers to further calls as many as hypothesis looks through."""
            state = super().setup_state()
            begins = [one for one in state.rules if not one.bundles]
            links = [one for one in state.rules if one.bundles]
            chosen = random.Random(FIRST).sample(links, min(len(links), MOST_RULES - len(begins)))
            return dataclasses.replace(state, rules=[*begins, *chosen])

        def setup(self) -> None:
            self.told, self.turn = "", 0
            self._undone = undone()
            self._undone.__enter__()

        def teardown(self) -> None:
            self._undone.__exit__(None, None, None)
            super().teardown()

        def before_call(self, case: Any) -> None:
            """An id that no answer told becomes one of the place, then one of elsewhere, then stays what it is."""
            for name, value in (case.path_parameters or {}).items():
                self.turn += 1
                if self.turn % 3 and str(value) not in self.told:
                    known = learnt(case.operation.path, here if self.turn % 3 == 1 else there)
                    case.path_parameters[name] = str(known[name])

        def call(self, case: Any, **_given: Any) -> Response:
            body = json.dumps(case.body) if isinstance(case.body, (dict, list)) else ""
            query = case.query or {}
            answer = self.client.generic(
                case.method, case.formatted_path, body, content_type="application/json", query_params=query
            )
            content = b"" if isinstance(answer, StreamingHttpResponse) else answer.content
            self.codes[answer.status_code] += 1
            request = requests.Request(case.method, f"http://testserver{case.formatted_path}", data=body).prepare()
            headers = {name.lower(): [value] for name, value in answer.headers.items()}
            return Response(answer.status_code, headers, content, request, 0.0, verify=False)

        def validate_response(self, response: Response, case: Any, *_more: Any, **_given: Any) -> None:
            text = response.content.decode(errors="replace")
            sent = f"{case.formatted_path} {case.query} {case.body}"
            told = f"{case.method} {sent}: {response.status_code} {text[:300]}"
            self.wrong.append(told)
            assert TWIN not in text or TWIN in sent, told
            assert response.status_code < 500, told
            if response.status_code < 400:
                self.told += text
                assert str(response.status_code) in case.operation.definition.raw["responses"], told
                case.validate_response(response, checks=[not_a_server_error, response_schema_conformance])
            else:
                assert text.startswith("{"), told + "".join(text.split("<main")[1:])[:1500]
                assert set(json.loads(text)) == {"code", "message", "detail"}, told
            self.wrong.pop()

    return Story


def tell(story: type[APIStateMachine], wrong: list[str], first_seed: int, run: settings) -> None:
    """Tells stories; where hypothesis breaks off since two that began alike were answered differently, from another seed.

    It may: what is answered holds ids and moments of its own. What was found wrong before is wrong all the same.
    """
    for trial in range(5):
        try:
            seed(first_seed + trial * FURTHER_SEED)(story).run(settings=run)
        except FlakyStrategyDefinition:
            assert not wrong
        else:
            return
    pytest.fail(f"five seeds of {story.__name__} were broken off")


def test_no_story_of_any_role_breaks_the_server_or_tells_of_elsewhere(make_person: PersonMaker) -> None:
    district = build_district(make_person)
    story = machine(district.ids, make_twin(district))
    roles = [(role, make_person(role, LICANG, organisation=BODY_OF.get(role, "monitoring_centre"))) for role in GRANTABLE]
    chosen = os.environ.get("TOCSIN_ROLE")
    run = settings(
        max_examples=STORIES,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    codes = Counter[int]()
    for number, (role, person) in enumerate([(None, district.operator), *roles]):
        if chosen and role != Role(chosen):
            continue
        client = Client(raise_request_exception=False)
        client.force_login(person)
        wrong: list[str] = []
        told = type(f"Story{number}", (story,), {"client": client, "codes": codes, "wrong": wrong})
        tell(told, wrong, FIRST + number, run)
    assert codes.total() >= STORIES * STEPS
    assert codes[200] > codes.total() // 10
