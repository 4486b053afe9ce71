"""By which ways a body or a person is reached, looked up once for one transaction."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction.contacts.rules import SCREEN, TELEPHONE, ChoiceReason, choose_points
from tocsin.notices.channels.queries import channel_order, channels_set_up
from tocsin.notices.messages.policy import sending

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import ContactPoints, Organisation, User


QUIET_STEP = timedelta(minutes=5)


@dataclass(frozen=True)
class Way:
    """One channel and address; `wait` is how long a person's quiet hours still last, `language` the person's."""

    channel: str
    address: str
    wait: timedelta = timedelta(0)
    language: str = ""
    point_id: UUID | None = None


@dataclass(frozen=True)
class Outside:
    """Somebody who is neither a body nor a person here: a name, where they are, and the ways that are known."""

    name: str
    region_code: str
    ways: tuple[Way, ...]


@dataclass
class Directory:
    """Bodies, desks and ways, each looked up once for one transaction."""

    at: datetime
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def ways_to(self, organisation: "Organisation | None", person: "User | None", level: AlarmLevel) -> tuple[Way, ...]:
        """How a person is reached, or else a body's desk and whoever is on call for it; none where nothing is known."""
        key = ("ways", person.pk if person else None, organisation.pk if organisation else None, level)
        if key not in self._known:
            ways = self._ways_to_person(person, level) if person else self._ways_to_body(organisation, level)
            self._known[key] = tuple({(way.channel, way.address): way for way in ways}.values())
        found: tuple[Way, ...] = self._known[key]
        return found

    def way_after(
        self,
        failed: tuple[str, str],
        used: Collection[tuple[str, str]],
        *,
        organisation: "Organisation | None",
        person: "User | None",
        level: AlarmLevel,
    ) -> Way | None:
        """The next one in the order of whoever has the way that failed; `failed` and `used` are channels with addresses."""
        for contact in self._contacts(organisation, person):
            ways = [one for one in self._in_order(contact, level) if one.channel != TELEPHONE]
            names = [(one.channel, one.address) for one in ways]
            if failed in names:
                rest = zip(names[names.index(failed) + 1 :], ways[names.index(failed) + 1 :], strict=True)
                return next((way for name, way in rest if name not in used and way.channel in channels_set_up()), None)
        return None

    def next_desk(self, organisation: "Organisation") -> "Organisation | None":
        """Upward to the next desk that answers day and night, of the same level."""
        key = ("desk", organisation.pk)
        if key not in self._known:
            self._known[key] = jurisdiction.next_desk(organisation)
        found: Organisation | None = self._known[key]
        return found

    def region_of(self, person: "User") -> str:
        """Where a person works."""
        key = ("region", person.pk)
        if key not in self._known:
            self._known[key] = jurisdiction.region_of_work(person)
        return str(self._known[key])

    def read_ahead(self, bodies: "Sequence[Organisation]") -> None:
        """What is to be known of these bodies' ways, in three questions instead of three for each."""
        prefetch_related_objects(bodies, "contact_points", "rosters")
        known = jurisdiction.bodies_with_people(bodies)
        self._known.update({("screen", body.pk): body.pk in known for body in bodies})

    def _has_screen(self, body: "Organisation") -> bool:
        key = ("screen", body.pk)
        if key not in self._known:
            self._known[key] = bool(jurisdiction.bodies_with_people([body]))
        return bool(self._known[key])

    def _ways_to_body(self, body: "Organisation | None", level: AlarmLevel) -> Iterator[Way]:
        if body is not None and self._has_screen(body):
            yield Way(SCREEN, str(body.pk))
        for contact in self._contacts(body, None):
            yield from self._ways_of(contact, level)

    def _ways_to_person(self, person: "User", level: AlarmLevel) -> Iterator[Way]:
        if person.is_active:
            yield Way(SCREEN, str(person.pk), language=person.language)
        for contact in self._contacts(None, person):
            yield from self._ways_of(contact, level)

    def _contacts(self, body: "Organisation | None", person: "User | None") -> "Iterator[ContactPoints]":
        """A person's points, or those of whoever is on call for a body and of its desk."""
        if person is not None:
            yield jurisdiction.contact_points_of(person)
        elif body is not None:
            for one in jurisdiction.on_call_here(body, at=self.at):  # the next desk upward gets a notice of its own
                yield one.contact
            yield jurisdiction.desk_of(body)

    def _ways_of(self, contact: "ContactPoints", level: AlarmLevel) -> Iterator[Way]:
        """All of them at once where it is urgent, else the first; by telephone always, since a person decides whether to dial."""
        ways = self._in_order(contact, level)
        machine = [one for one in ways if one.channel != TELEPHONE]
        set_up = [one for one in machine if one.channel in channels_set_up()] or machine
        at_once = machine if level >= sending().urgent_level else set_up[:1]
        yield from (one for one in ways if one.channel == TELEPHONE or one in at_once)

    def _in_order(self, contact: "ContactPoints", level: AlarmLevel) -> list[Way]:
        """The points to be used at this level, in the order of the person's choice; after quiet hours where these hold now."""
        choose = partial(
            choose_points,
            contact.points,
            level=level,
            preference=contact.preference,
            urgent_from=sending().urgent_level,
            is_working_day=jurisdiction.is_working_day,
            order=channel_order(),
        )
        local, wait = timezone.localtime(self.at), timedelta(0)
        choice = choose(local=local)
        while choice.reason is ChoiceReason.QUIET and wait < timedelta(days=1):
            wait += QUIET_STEP
            choice = choose(local=local + wait)
        # a screen is where somebody signs in, not a number
        shown = [point for point in choice.points if point.kind != SCREEN]
        return [Way(point.kind, point.address, wait, contact.language, point.id) for point in shown]
