"""What subjects above show on a public warning's page; `portal/catalogue/` names their functions in `WARNING_SECTIONS`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.mobilisation.public_warnings.models import PublicWarning


@dataclass(frozen=True)
class WarningSection:
    """A part of the page: its template and, of warning and reader, its context; None where there is nothing to show."""

    template: str
    tell: "Callable[[PublicWarning, Person], Mapping[str, Any] | None]"
    wide: bool = False  # below the warning's words, not beside them


@dataclass(frozen=True)
class ShownSection:
    """One that there is something to show of."""

    template: str
    context: Mapping[str, Any]
    wide: bool


def sections_of(warning: "PublicWarning", user: "Person") -> list[ShownSection]:
    """In the order of the catalogue."""
    shown = []
    for name in settings.WARNING_SECTIONS:
        section: WarningSection = import_string(name.replace(":", "."))
        context = section.tell(warning, user)
        if context is not None:
            shown.append(ShownSection(section.template, context, section.wide))
    return shown
