"""What is near by is found among however many, as a look at every row finds it; a flood hides nothing."""

import random
from datetime import timedelta

import numpy as np
import pytest

from tests.people import LICANG
from tests.supervision.firms import NOW
from tocsin.base.ids import new_id
from tocsin.engine.likeness import likeness, words_of
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import report_policy
from tocsin.mobilisation.hazard_reports.queries import alike
from tocsin.mobilisation.hazard_reports.queries.alike import Matter, alike_in_public, alike_to

pytestmark = pytest.mark.django_db
WORDS = ("The cover is broken", "The exit is chained", "Gas smells at night", "The cover before the school is broken")


def rows(number: int, first: int = 0, *, spread: float = 0.01, placeless: bool = True, **fields: object) -> list[HazardReport]:
    """Open reports around one place, written at once, each a minute older than the one before."""
    made = []
    for each in range(first, first + number):
        rng = random.Random(each)
        text = rng.choice(WORDS)
        place: dict[str, object] = {"lon": 120.4 + spread * rng.random(), "lat": 36.2 + spread * rng.random()}
        if placeless and each % 3 == 0:
            place = {}
        given = {"kind": rng.choice(("fire", "gas")), "text": text, "looks": [f"{rng.getrandbits(64):016x}"], **place, **fields}
        made.append(
            HazardReport(
                id=new_id(),
                number=f"{LICANG}-20260101-R{each:05}",
                region_code=LICANG,
                state="received",
                mode="anonymous",
                channel="page",
                language="en",
                received_at=NOW - timedelta(minutes=each),
                completeness=3,
                valid=True,
                secret_sha256="0" * 64,
                content_sha256="0" * 64,
                words=words_of(str(given["text"])).tobytes(),
                **given,
            )
        )
    return HazardReport.objects.bulk_create(made)


def slow(matter: HazardReport, made: list[HazardReport]) -> list[float]:
    """The scores of all pairs one after the other: no box, no columns, no database."""
    policy = report_policy(LICANG).same

    def columns(one: HazardReport) -> alike.Reports:
        return alike._columns([("", one.lon, one.lat, one.kind, bytes(one.words), *one.looks[:1])])

    scores = [float(likeness(columns(matter), columns(one), policy.weights)[0]) for one in made if one.pk != matter.pk]
    return sorted((score for score in scores if score >= policy.least), reverse=True)[: policy.shown]


def test_the_indexed_look_finds_what_a_look_at_every_row_finds() -> None:
    made = rows(90)
    for one in made[:12]:
        assert np.allclose([each.score for each in alike_to(one, now=NOW)], slow(one, made)), one.number


def test_many_newer_reports_elsewhere_hide_nothing_near_by(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "LOOKED_THROUGH", 5)
    (old,) = rows(1, 500, lon=120.4, lat=36.2, text=WORDS[3], placeless=False)
    rows(40, spread=0.0, lon=120.5, lat=36.3, placeless=False)
    asked = Matter(LICANG, old.kind, WORDS[3], 120.4001, 36.2001)
    assert [one.report.pk for one in alike_in_public(asked, now=NOW)] == [old.pk]


def test_a_flood_on_the_spot_is_looked_through_from_the_nearest_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alike, "LOOKED_THROUGH", 5)
    (old,) = rows(1, 500, lon=120.4, lat=36.2, text=WORDS[3], placeless=False)
    rows(40, lon=120.401, lat=36.2, text=WORDS[3], placeless=False)
    asked = Matter(LICANG, old.kind, WORDS[3], 120.4, 36.2)
    assert alike_in_public(asked, now=NOW)[0].report.pk == old.pk
