"""For what supplies are requested, as the subject above on the ladder tells it: a case with its place and trade."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.supplies.levels.queries.exposed import PeopleArea

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class SupplySubject:
    """What the request is for. `trade`: which standards count. `goods`: what its plan names, item (by name) and units."""

    kind: str
    id: UUID
    label: str
    region_code: str
    page: str
    title: str = ""
    trade: str = ""
    is_drill: bool = False
    lon: float | None = None
    lat: float | None = None
    place: str = ""
    areas: tuple[PeopleArea, ...] = ()  # of which people may be asked
    goods: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class HelpAsked:
    """People or machines that are asked for because of a request: how many said yes of how many."""

    number: str
    what: str
    page: str
    sure: int
    count: int
    css: str = ""


@dataclass(frozen=True)
class HelpOfRequest:
    """Who is asked to load and drive. `ask_page`: where the reader may ask; empty for who may not."""

    asked: tuple[HelpAsked, ...] = ()
    ask_page: str = ""


type FindHelp = Callable[["Person", UUID], HelpOfRequest]
"""By the id of a request that the reader sees. Named in the catalogue's `SUPPLY_HELP`."""


def help_of_request(user: "Person", request_id: UUID) -> HelpOfRequest:
    """Volunteers and machine owners that are asked for because of it."""
    find: FindHelp = import_string(settings.SUPPLY_HELP.replace(":", "."))
    return find(user, request_id)


type FindSupplySubject = Callable[["Person", str], SupplySubject]
"""By its number, for a reader; DoesNotExist for one out of reach. Named in the catalogue's `SUPPLY_SUBJECTS`."""


def supply_subject(user: "Person", kind: str, label: str) -> SupplySubject:
    """What a request is for. KeyError for a kind that nobody names."""
    find: FindSupplySubject = import_string(settings.SUPPLY_SUBJECTS[kind].replace(":", "."))
    return find(user, label)


@dataclass(frozen=True)
class RequisitionOfRequest:
    """Another's property that is taken because of a request: of whom, what, and how far that is."""

    number: str
    page: str
    owner: str
    goods: str
    state: str
    css: str = ""


type FindRequisitions = Callable[["Person", UUID], list[RequisitionOfRequest]]
"""By the id of a request that the reader sees. Named in the catalogue's `SUPPLY_REQUISITIONS`."""


def requisitions_of(user: "Person", request_id: UUID) -> list[RequisitionOfRequest]:
    """What is requisitioned for it."""
    find: FindRequisitions = import_string(settings.SUPPLY_REQUISITIONS.replace(":", "."))
    return find(user, request_id)
