"""Who is called for a need, out of 100,000 volunteers: the rule alone beside its slow twin, and from the database."""

import os
import random
import tempfile
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.base.errors import TocsinError
from tocsin.base.geometry import distance_m
from tocsin.mobilisation.volunteers.rules.matching import Candidate, Wanted, choose

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.jurisdiction.bodies.models import Organisation

VOLUNTEERS, QUICK_VOLUNTEERS = 100_000, 5_000
NEEDS, QUICK_NEEDS = 1_000, 20
FROM_DATABASE = 20
SKILLS = ("sandbags", "cooking", "pump", "search", "door_to_door", "excavator")
NOW = datetime(2026, 11, 28, tzinfo=UTC)
BOX = (119.5, 35.6, 121.0, 37.1)  # the city of Qingdao
RADIUS_M, MOST, BURDEN_M_PER_H, PLACES = 20_000.0, 50, 500.0, 20


def run(console: "Console", quick: bool) -> None:
    """Prints milliseconds a need; TocsinError where the twin chooses other people."""
    count, asked = (QUICK_VOLUNTEERS, QUICK_NEEDS) if quick else (VOLUNTEERS, NEEDS)
    draw = random.Random(13)  # noqa: S311 - made-up people
    people = [_somebody(draw, number) for number in range(count)]
    needs = [_need(draw) for _ in range(asked)]
    began = time.perf_counter()
    chosen = [choose(one, people, most=MOST, burden_m_per_h=BURDEN_M_PER_H, now=NOW) for one in needs]
    took = time.perf_counter() - began
    for need, choice in zip(needs[:5], chosen, strict=False):
        if [one.id for one in choice.called] != slow_twin(need, people):
            raise TocsinError("the rule and its slow twin call different people")
    console.print(
        f"[bold]The rule[/bold]: {asked:,} needs among {count:,} volunteers, [bold]{1000 * took / asked:.0f} ms[/bold] a need."
    )
    console.print(_from_database(people, needs[:FROM_DATABASE]))


def slow_twin(need: Wanted, people: list[Candidate]) -> list[UUID]:
    """The same in the plainest words: everybody who could come, by way and burden, until the places are filled."""
    able = [one for one in people if all(one.skills.get(skill, 0) for skill in need.skills) and one.lon is not None]
    ways = {one.id: distance_m(one.lon or 0.0, one.lat or 0.0, need.lon, need.lat) for one in able}
    near = [one for one in able if ways[one.id] <= need.radius_m]
    called, filled = list[UUID](), 0
    for one in sorted(near, key=lambda one: (ways[one.id] + one.burden_h * BURDEN_M_PER_H, one.id)):
        if filled >= need.open_places or len(called) >= MOST:
            break
        called.append(one.id)
        filled += min(one.skills[skill] for skill in need.skills)
    return called


def _somebody(draw: random.Random, number: int) -> Candidate:
    west, south, east, north = BOX
    skills = {skill: draw.randint(1, 5) for skill in draw.sample(SKILLS, 2)}
    lon, lat = draw.uniform(west, east), draw.uniform(south, north)
    return Candidate(UUID(int=number + 1), skills, "370213", lon, lat, burden_h=draw.uniform(0, 5))


def _need(draw: random.Random) -> Wanted:
    west, south, east, north = BOX
    skills = (draw.choice(SKILLS),)
    return Wanted(skills, PLACES, draw.uniform(west, east), draw.uniform(south, north), RADIUS_M)


def _from_database(people: list[Candidate], needs: list[Wanted]) -> str:
    """The same as a page and a call ask for it: rows of a register, read, chosen from."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        os.environ["TOCSIN_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        import django

        django.setup()

        from tocsin.mobilisation.volunteers.models import Need
        from tocsin.mobilisation.volunteers.queries.needs import choice_for
        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        body = _fill(people)
        rows = [
            Need(
                region_code="370213",
                body=body,
                reach=["37"],
                skills=list(one.skills),
                count=one.open_places,
                lon=one.lon,
                lat=one.lat,
            )
            for one in needs
        ]
        longest = 0.0
        for row in rows:
            row.radius_m, row.most_called = RADIUS_M, MOST
            began = time.perf_counter()
            if not choice_for(row, NOW).called:
                raise TocsinError("nobody is called from the register")
            longest = max(longest, time.perf_counter() - began)
        told = f"{len(people):,} volunteers, [bold]{longest:.2f} s[/bold] for the slowest of {len(rows)} needs."
        return f"[bold]From the register, SQLite[/bold]: {told}"


def _fill(people: list[Candidate]) -> "Organisation":
    from django.db import transaction

    from tocsin.jurisdiction.contacts.models import ContactPoint
    from tocsin.jurisdiction.people.models import User
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.mobilisation.volunteers.models import Ability, Volunteer
    from tocsin.mobilisation.volunteers.policy import volunteers_policy

    body = ensure_organisations("370213")["monitoring_centre"]
    version = volunteers_policy().consent.version
    users = [User(username=f"v-{one.id.int}", name="v") for one in people]
    with transaction.atomic():
        User.objects.bulk_create(users, batch_size=500)
        points = [ContactPoint(user=user, kind="sms", address="0532-0000-0000", confirmed_at=NOW) for user in users]
        ContactPoint.objects.bulk_create(points, batch_size=500)
        rows = [
            Volunteer(
                user=user,
                name="v",
                body=body,
                region_code="370213",
                lon=one.lon,
                lat=one.lat,
                standing="confirmed",
                entered_at=NOW,
                consent_version=version,
                consent_at=NOW,
            )
            for one, user in zip(people, users, strict=True)
        ]
        Volunteer.objects.bulk_create(rows, batch_size=500)
        able = [
            Ability(volunteer=row, code=code, quantity=quantity)
            for one, row in zip(people, rows, strict=True)
            for code, quantity in one.skills.items()
        ]
        Ability.objects.bulk_create(able, batch_size=500)
    return body
