"""The page of a resource for who may not read it, but for what another subject opens to them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from collections.abc import Callable

    from tocsin.jurisdiction.face import Person


@dataclass(frozen=True)
class GrantedPage:
    """`tell` gives the context of the template from the resource's id and the reader, None where nothing is opened to them."""

    template: str
    tell: "Callable[[UUID, Person], dict[str, object] | None]"


def granted_page(resource_id: UUID, reader: "Person") -> tuple[str, dict[str, object]] | None:
    """Template and context of what the reader sees of a resource by agreement; None where that is nothing."""
    page: GrantedPage = import_string(settings.GRANTED_RESOURCE.replace(":", "."))
    context = page.tell(resource_id, reader)
    return None if context is None else (page.template, context)
