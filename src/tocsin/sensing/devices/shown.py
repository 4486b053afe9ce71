"""What subjects show on a device's page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from tocsin.jurisdiction.face import Person, organisation_names, region_names
from tocsin.screens.lists.groups import Grouping, Groups
from tocsin.sensing.devices.models import Device


@dataclass(frozen=True)
class DeviceSection:
    """What a subject shows on a device's page. `tell` gives the context of the template, None where the reader sees nothing."""

    name: str
    tell: Callable[[Device, Person], dict[str, object] | None]
    template: str


@dataclass(frozen=True)
class ShownSection:
    """What a subject shows of one device: its template with the context, by its name."""

    name: str
    template: str
    context: dict[str, object]


def sections_of(device: Device, person: Person) -> list[ShownSection]:
    """What each subject shows of this device, in the order of the catalogue."""
    shown = []
    for name in settings.DEVICE_SECTIONS:
        section: DeviceSection = import_string(name.replace(":", "."))
        context = section.tell(device, person)
        if context is not None:
            shown.append(ShownSection(section.name, section.template, context))
    return shown


DEVICE_GROUPS: Final = Groups(
    (
        Grouping("organisation", gettext_lazy("Organisation"), "organisation_id", organisation_names),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
        Grouping("model", gettext_lazy("Model"), "model__model"),
        Grouping("gateway", gettext_lazy("Gateway"), "gateway__code"),
    ),
    oldest="last_seen_at",
)
