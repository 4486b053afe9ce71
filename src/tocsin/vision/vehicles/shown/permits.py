"""The page of the work permit that an order names: permits are kept above, `PERMIT_PAGE` of the catalogue finds them."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.jurisdiction.face import Person

type FindPermit = Callable[[Person, UUID, str], str]
"""From reader, firm and number the page of a permit; empty where the firm has none of that number that the reader sees."""


def page_of_permit(user: Person, object_id: UUID, number: str) -> str:
    """The page of that permit; empty where there is none to be seen."""
    find: FindPermit = import_string(settings.PERMIT_PAGE.replace(":", "."))
    return find(user, object_id, number) if number else ""
