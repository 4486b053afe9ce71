"""Models of devices, as their readers need them."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.areas.rules.codes import codes_above
from tocsin.jurisdiction.face import Person, reach
from tocsin.sensing.devices.models import Device, DeviceModel
from tocsin.sensing.devices.rules import ModelChannel, ModelSheet, PowerSource, SpokenProtocol


def visible_models(user: Person) -> QuerySet[DeviceModel]:
    """Models kept where the user may see sensors, or above: what the city enters its districts use."""
    rows = DeviceModel.objects.all()
    there = Q(pk__in=())
    for one in reach(user, "sensors.see"):
        if one.prefix == "":
            return rows
        there |= Q(region_code__startswith=one.prefix) | Q(region_code__in=codes_above(one.prefix))
    return rows.filter(there)


def search_models(user: Person, *, search: str = "") -> QuerySet[DeviceModel]:
    """Visible models whose maker or model holds the text, with the number of their devices as `count`."""
    found = visible_models(user).annotate(count=Count("devices")).order_by("maker", "model", "region_code")
    return found.filter(Q(maker__icontains=search) | Q(model__icontains=search)) if search else found


def model_for(user: Person, model_id: UUID) -> DeviceModel:
    """The model; InvalidInput, the same for one of elsewhere and for one that does not exist."""
    found = visible_models(user).filter(pk=model_id).first()
    if found is None:
        raise InvalidInput(_("There is no such model of devices that you may see."))
    return found


def models_by_name(user: Person) -> dict[str, DeviceModel]:
    """Visible models by "maker model" and by the model alone where that is one, in small letters."""
    found: dict[str, DeviceModel] = {}
    twice: set[str] = set()
    for one in visible_models(user):
        for word in {str(one).lower(), one.model.lower()}:
            if found.setdefault(word, one) is not one:
                twice.add(word)
    return {word: one for word, one in found.items() if word not in twice}


def sheet_of(found: DeviceModel) -> ModelSheet:
    """All that is entered of it."""
    return ModelSheet(
        maker=found.maker,
        model=found.model,
        protocol=SpokenProtocol(found.protocol),
        power=PowerSource(found.power),
        battery_low_pct=found.battery_low_pct,
        channels=convert(found.channels, tuple[ModelChannel, ...]),
    )


def calibration_months(device_id: UUID, channel: str) -> int | None:
    """For how many months a calibration of that channel holds, as its device's model says; None where it says nothing."""
    device = Device.objects.select_related("model").get(pk=device_id)
    if device.model is None:
        return None
    return next((one.calibration_months for one in sheet_of(device.model).channels if one.channel == channel), None)
