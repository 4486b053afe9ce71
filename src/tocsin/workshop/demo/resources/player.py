"""Departments deliver while the demonstration runs: each resource once, those with a short cycle again and again, and one file
that is wrong.

Every file takes the ordinary way: it is judged in a process of its own, of low priority, and lands as a version. One goes after
the other, with pauses, so that the city's processes keep the cores. What was delivered says the database, so that the next start
goes on where this one stopped. Two departments deliver nothing: Tocsin fetches from them (`sources`).
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from tocsin.base.time import Clock, datetime_from_ms
from tocsin.workshop.demo.resources.bodies import beds_now, body_tables, population_cells
from tocsin.workshop.demo.resources.files import Row, file_of
from tocsin.workshop.demo.resources.ground import ground_tables
from tocsin.workshop.demo.resources.hours import hour_tables
from tocsin.workshop.demo.resources.networks import hydrants, network_tables
from tocsin.workshop.demo.resources.owners import ensure_owners, register_all
from tocsin.workshop.demo.resources.sources import FETCHED, Sources
from tocsin.workshop.demo.resources.towns import town_rows

if TYPE_CHECKING:
    from tocsin.atlas.exposure.services.bodies import BodyFacts
    from tocsin.atlas.resources.models import Resource
    from tocsin.atlas.resources.policy.catalogue import ShippedResource
    from tocsin.jurisdiction.people.models import User
    from tocsin.simulation.plan import Feature
    from tocsin.simulation.world import World

FIRST_AFTER_S: Final = 90.0  # real seconds: the processes come up meanwhile, and the first alarm rings
PAUSES: Final = 1.5  # a pause is so many times as long as the delivery before it took
LEAST_PAUSE_S: Final = 1.0
IDLE_S: Final = 5.0
OFTEN_H: Final = 24.0  # resources with a cycle of at most so many hours are delivered anew

BAD: Final = "hydrants"
BAD_AFTER: Final = timedelta(hours=1)  # of the city's time after the good delivery
KPA: Final = 1000.0  # what MPa are multiplied by
STEWARD: Final = "steward"


class ResourcePlayer:
    """Delivers for all departments of a world's district, by the clock."""

    def __init__(self, world: "World", clock: Clock, say: Callable[[str], None]) -> None:
        self._world, self._clock, self._say = world, clock, say
        self._is_registered = self._is_filled = False
        self.sources = Sources()

    def play(self) -> None:
        """Runs until the process is ended."""
        self.take_up_sources()
        time.sleep(FIRST_AFTER_S)
        while True:
            began = time.monotonic()
            worked = self.step()
            time.sleep(max(LEAST_PAUSE_S, PAUSES * (time.monotonic() - began)) if worked else IDLE_S)

    def take_up_sources(self) -> None:
        """Departments from which an earlier start is fetched answer again before anybody asks them."""
        from django.db import close_old_connections

        from tocsin.atlas.connectors.queries import connector_of

        now = datetime_from_ms(self._clock.now_ms())
        try:
            for slug, one in self._resources().items():
                if slug in FETCHED and connector_of(one) is not None:
                    self._offer(slug, one, now)
        finally:
            close_old_connections()

    def _offer(self, slug: str, one: "Resource", now: datetime) -> None:
        name, content = file_of(self._shipped[slug], self._rows(slug, now))
        self.sources.offer(slug, one, name, content, now)

    def step(self) -> bool:
        """Does the next thing that is due; False where nothing is."""
        from django.db import close_old_connections

        try:
            if not self._is_registered:
                register_all(self._shipped, self._world.city.region_code, ensure_owners(self._world.city.region_code))
                self._is_registered = True
                return True
            return self._deliver_next(datetime_from_ms(self._clock.now_ms()))
        finally:
            close_old_connections()

    def _deliver_next(self, now: datetime) -> bool:
        """The wrong file of the story in its hour, else the resource that never had a file, else the one that is due."""
        known = self._resources()
        if BAD in known and self._wrong_is_due(known[BAD], now):
            self._say("resources   the fire brigade's new hydrants come in kPa: set aside; the data steward decides")
            return self._deliver(BAD, known[BAD], now, list(hydrants(self._world.city, KPA)))
        for slug in sorted(FETCHED & known.keys()):
            if self.sources.wants(slug, now):
                self._offer(slug, known[slug], now)
                return True
        known = {slug: one for slug, one in known.items() if slug not in FETCHED}
        for slug, one in known.items():
            if one.good_id is None and not one.deliveries.exists():
                return self._deliver(slug, one, now, self._rows(slug, now))
        if not self._is_filled:
            self._is_filled = True
            self._say(f"resources   {len(self._shipped)} of departments are served: /resources/, /map/, /ogc/features/")
            self._say(f"connectors  {len(FETCHED)} of them are fetched: from a server of departments, and from folders")
        for slug, one in known.items():
            if one.cycle_h and one.cycle_h <= OFTEN_H and one.delivered_at and _next_at(one.delivered_at, one.cycle_h) <= now:
                return self._deliver(slug, one, now, self._rows(slug, now))
        return False

    def _wrong_is_due(self, one: "Resource", now: datetime) -> bool:
        return one.delivered_at is not None and one.delivered_at + BAD_AFTER <= now and one.deliveries.count() == 1

    def _deliver(self, slug: str, one: "Resource", now: datetime, rows: list[Row]) -> bool:
        from tocsin.atlas.resources.services.landing import deliver
        from tocsin.base.errors import Conflict

        name, content = file_of(self._shipped[slug], rows)
        try:
            deliver(actor=self._deliverer(slug), resource_id=one.pk, file_name=name, content=content, now=now)
        except Conflict:  # somebody gave the resource up, or delivered at the same time: the next round sees it
            return False
        return True

    def _deliverer(self, slug: str) -> "User":
        """The data steward for the resource of the story, whose owner is told; the machine for all others."""
        from tocsin.jurisdiction.people.queries import person_by_username
        from tocsin.jurisdiction.people.services.system import system_actor

        return (person_by_username(STEWARD) if slug == BAD else None) or system_actor()

    def _resources(self) -> "dict[str, Resource]":
        """By shipped short name, those that are in the register; given up ones are left alone."""
        from tocsin.atlas.resources.models import Resource
        from tocsin.atlas.resources.services.taking import slug_in

        slugs = {slug_in(one, self._world.city.region_code): one.slug for one in self._shipped.values()}
        found = Resource.objects.filter(slug__in=slugs, active=True)
        by_slug = {slugs[one.slug]: one for one in found}
        return {slug: by_slug[slug] for slug in self._shipped if slug in by_slug}

    def _rows(self, slug: str, now: datetime) -> list[Row]:
        return self._tables(now)[slug]()

    def _tables(self, now: datetime) -> dict[str, Callable[[], list[Row]]]:
        city = self._world.city
        return {
            "population_townships": lambda: town_rows(city),
            **network_tables(city),
            **body_tables(self._bodies),
            **ground_tables(self._ground),
            **hour_tables(city, self._world.weather, self._ground, now),
            "hospital_beds": lambda: beds_now(self._bodies, now),
            "population_cells": lambda: population_cells(city),
        }

    @cached_property
    def _shipped(self) -> "dict[str, ShippedResource]":
        """By short name, those of the catalogue that the city can fill; the order is that of the first deliveries."""
        from tocsin.atlas.resources.policy.catalogue import shipped_resources

        can = self._tables(datetime_from_ms(self._clock.now_ms()))
        known = {one.slug: one for one in shipped_resources()}
        return {slug: known[slug] for slug in sorted(can, key=lambda one: (one != BAD, list(can).index(one)))}

    @cached_property
    def _ground(self) -> "tuple[Feature, ...]":
        from tocsin.simulation.ground import ground_of

        return ground_of(self._world.city)

    @cached_property
    def _bodies(self) -> "list[BodyFacts]":
        from django.utils import timezone

        from tocsin.workshop.demo.exposure import bodies_of

        return bodies_of(self._world.city, timezone.localdate(datetime_from_ms(self._clock.now_ms())))


def _next_at(delivered_at: datetime, cycle_h: float) -> datetime:
    """When the next file comes: once a cycle, soon after the full hour."""
    return delivered_at.replace(minute=2, second=0, microsecond=0) + timedelta(hours=cycle_h)
