"""What other subjects show on a resource's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from tocsin.atlas.resources.models import Resource


@dataclass(frozen=True)
class ResourceSection:
    """A section of the page. `tell` gives the context of the template from resource and reader, None where that reader sees
    nothing.
    """

    template: str
    tell: Callable[[Resource, Any], dict[str, object] | None]


def sections_of(resource: Resource, reader: object) -> list[tuple[str, dict[str, object]]]:
    """Templates and contexts of the sections that the reader sees."""
    shown = []
    for name in settings.RESOURCE_SECTIONS:
        section: ResourceSection = import_string(name.replace(":", "."))
        context = section.tell(resource, reader)
        if context is not None:
            shown.append((section.template, context))
    return shown
