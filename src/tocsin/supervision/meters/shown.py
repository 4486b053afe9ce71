"""Meters and their history as people and programs read them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy, override, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms
from tocsin.engine.work.firm import Role
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.supervision.meters.queries import agreements_of
from tocsin.supervision.meters.rules import Change, factor_of
from tocsin.supervision.objects.queries.register import object_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.supervision.meters.models import Meter, MeterPeriod, MeterShare
    from tocsin.supervision.objects.models import SupervisedObject

ROLE_NAMES: Final[dict[Role, Promise]] = {
    Role.TOTAL: pgettext_lazy("meter", "grid connection"),
    Role.PROCESS: pgettext_lazy("meter", "process line"),
    Role.PROTECTIVE: pgettext_lazy("meter", "protective equipment"),
    Role.OFFICE: pgettext_lazy("meter", "offices"),
    Role.CHARGING: pgettext_lazy("meter", "charging posts"),
    Role.SOLAR: pgettext_lazy("meter", "solar panels"),
    Role.LESSEE: pgettext_lazy("meter", "lessee"),
    Role.STORAGE: pgettext_lazy("meter", "energy storage"),
}
CHANGE_NAMES: Final[dict[Change, Promise]] = {
    Change.ADDED: pgettext_lazy("meter", "put up"),
    Change.SWAPPED: pgettext_lazy("meter", "swapped"),
    Change.MULTIPLIER: pgettext_lazy("meter", "new multiplier"),
    Change.RETIRED: pgettext_lazy("meter", "taken down"),
    Change.CORRECTED: pgettext_lazy("meter", "corrected"),
}


class MeterOut(Schema):
    id: UUID
    object_id: UUID = Field(description="the firm that keeps it")
    code: str
    name: str
    role: str
    protects: str | None
    rated_kw: float | None
    multiplier: float | None
    sensor_id: UUID | None
    active: bool = Field(description="no: it has been taken down")
    share: float | None = Field(description="of the firm that was asked for, now; none where the meter is not shared")

    @property
    def role_name(self) -> str:
        """What it measures, in words."""
        return str(ROLE_NAMES[Role(self.role)])


class MeterLine(MeterOut):
    """The same as pages show it: with its firm and the last reading."""

    object: str
    object_code: str
    last_at: datetime | None


class MeterPeriodOut(Schema):
    """What hung at a meter from a moment on."""

    id: UUID
    from_at: datetime | None = Field(description="none: since its first reading")
    sensor_id: UUID | None = Field(description="none: nothing hangs there")
    sensor: str
    serial: str
    multiplier: float | None
    included: float | None = Field(description="the multiplier that the readings hold already; none: the right one")
    factor: float = Field(description="what each reading of this time is taken times")
    change: str = Field(description=", ".join(Change))
    change_name: str
    note: str
    booked_at: datetime
    booked_by: str
    withdrawn_at: datetime | None = Field(description="it was wrong: another entry took its place")


class MeterShareOut(Schema):
    """The share of a meter that is a firm's from a moment on."""

    object_id: UUID
    object: str
    share: float
    from_at: datetime


class MeterDetailOut(MeterOut):
    """A meter with its history."""

    periods: list[MeterPeriodOut]
    shares: list[MeterShareOut]


def describe_meter(meter: "Meter", supervised_object: "SupervisedObject | None" = None) -> MeterLine:
    """One meter of `queries.with_history`, as it is for a firm (none: for its keeper)."""
    last = meter.sensor.last_ts if meter.sensor is not None else None
    return MeterLine(
        **_plain(meter, supervised_object or meter.object),
        object=meter.object.name,
        object_code=meter.object.code,
        last_at=datetime_from_ms(last) if last else None,
    )


def describe_whole_meter(meter: "Meter", periods: "Iterable[MeterPeriod]", *, all_firms: bool) -> MeterDetailOut:
    """A meter of `queries.with_history` with its history, withdrawn entries too; of its shares the keeper's, or all firms'."""
    shares: Iterable[MeterShare] = meter.all_shares  # type: ignore[attr-defined]
    return MeterDetailOut(
        **_plain(meter, meter.object),
        periods=[describe_period(one) for one in periods],
        shares=[
            MeterShareOut(object_id=one.object_id, object=one.object.name, share=one.share, from_at=one.from_at)
            for one in shares
            if all_firms or one.object_id == meter.object_id
        ],
    )


def describe_period(row: "MeterPeriod") -> MeterPeriodOut:
    """One entry of a meter's history; its sensor with device, and who booked it, are loaded."""
    sensor = row.sensor
    return MeterPeriodOut(
        id=row.pk,
        from_at=row.from_at,
        sensor_id=row.sensor_id,
        sensor=f"{sensor.device.code}/{sensor.channel}" if sensor is not None else "",
        serial=row.serial,
        multiplier=row.multiplier,
        included=row.included,
        factor=factor_of(row.multiplier, row.included),
        change=row.change,
        change_name=str(CHANGE_NAMES[Change(row.change)]),
        note=row.note,
        booked_at=row.booked_at,
        booked_by=str(row.booked_by) if row.booked_by is not None else "",
        withdrawn_at=row.withdrawn_at,
    )


def role_of_word(text: str) -> str | None:
    """The role that a word of either language means; None where none does."""
    wanted = text.strip().lower()
    for language in ("en", "zh-hans"):
        with override(language):
            for role, name in ROLE_NAMES.items():
                if wanted in (role.value, str(name).lower()):
                    return role.value
    return None


def acts_told() -> dict[str, str]:
    """What is said after an act on a meter."""
    return {
        "add": gettext("The meter is entered."),
        "change": gettext("Put right."),
        "swap": gettext("Booked: readings from that time on count with the new multiplier."),
        "correct": gettext("Corrected: the old entry stays in the history as withdrawn."),
        "retire": gettext("Taken down. What was read before stays."),
        "share": gettext("The shares hold from that time on."),
    }


def _plain(meter: "Meter", supervised_object: "SupervisedObject") -> dict[str, Any]:
    agreements = agreements_of(meter)
    share = agreements[-1][1].get(str(supervised_object.pk), 0.0) if agreements else None
    return {
        "id": meter.pk,
        "object_id": meter.object_id,
        "code": meter.code,
        "name": meter.name,
        "role": meter.role,
        "protects": meter.protects.code if meter.protects is not None else None,
        "rated_kw": meter.rated_kw,
        "multiplier": meter.multiplier,
        "sensor_id": meter.sensor_id,
        "active": meter.active,
        "share": share,
    }


GROUPS: Final = Groups(
    (
        Grouping("firm", gettext_lazy("Firm"), "object_id", object_names),
        Grouping("role", gettext_lazy("What it measures"), "role", words_of(ROLE_NAMES)),
    ),
)
