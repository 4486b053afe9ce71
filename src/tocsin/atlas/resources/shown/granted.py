"""The page of a resource for who may not read it, but for what another subject opens to them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.atlas.resources.shown.resources import ResourceDetailOut
    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class GrantedPage:
    """`tell` gives the context of the template from the resource's id and the reader, `describe` the same for programs; None
    where nothing is opened to them.
    """

    template: str
    tell: "Callable[[UUID, Person], dict[str, object] | None]"
    describe: "Callable[[UUID, Person], ResourceDetailOut | None]"


def granted_page(resource_id: UUID, reader: "Person") -> tuple[str, dict[str, object]] | None:
    """Template and context of what the reader sees of a resource by agreement; None where that is nothing."""
    context = _granted().tell(resource_id, reader)
    return None if context is None else (_granted().template, context)


def granted_detail(resource_id: UUID, reader: "Person") -> "ResourceDetailOut | None":
    """The same for programs."""
    return _granted().describe(resource_id, reader)


def _granted() -> GrantedPage:
    found: GrantedPage = import_string(settings.GRANTED_RESOURCE.replace(":", "."))
    return found
