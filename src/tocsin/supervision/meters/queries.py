"""Meters as the reader may see them, and what their readings are worth for a firm at which time."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.sensing.face import visible_sensors
from tocsin.supervision.meters.models import Meter, MeterPeriod, MeterShare
from tocsin.supervision.meters.rules import Change, Period, factor_of
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person


def visible_meters(user: "Person") -> QuerySet[Meter]:
    """Meters of firms where the user sees supervised objects, and of the user's own firm."""
    return rows_of_visible(with_history(Meter.objects.all()), user)


def visible_periods(user: "Person") -> QuerySet[MeterPeriod]:
    """What hung at such meters, withdrawn rows among it."""
    rows = MeterPeriod.objects.select_related("meter__object", "sensor__device", "booked_by")
    return rows_of_visible(rows, user, path="meter__object__")


def in_order(periods: QuerySet[MeterPeriod]) -> QuerySet[MeterPeriod]:
    """Entries by the time from which they count; what has hung since the first reading comes first."""
    return periods.order_by(F("from_at").asc(nulls_first=True), "booked_at", "pk")


def meters_of(supervised_object: SupervisedObject) -> QuerySet[Meter]:
    """The meters that a firm keeps or has ever had a share of, with their history."""
    shared = MeterShare.objects.filter(meter=OuterRef("pk"), object=supervised_object)
    return with_history(Meter.objects.filter(Q(object=supervised_object) | Exists(shared)))


def with_history(meters: QuerySet[Meter]) -> QuerySet[Meter]:
    """The meters with all that `periods_of` and `agreements_of` ask."""
    valid = MeterPeriod.objects.filter(withdrawn_at__isnull=True).select_related("sensor")
    periods = Prefetch("periods", queryset=valid, to_attr="valid_periods")
    shares = Prefetch("shares", queryset=MeterShare.objects.select_related("object"), to_attr="all_shares")
    return meters.select_related("object", "sensor", "protects").prefetch_related(periods, shares).order_by("code")


def periods_of(meter: Meter) -> list[Period]:
    """What hung at a meter of `with_history`, by rising begin."""
    rows: list[MeterPeriod] = sorted(meter.valid_periods, key=_begin)  # type: ignore[attr-defined]
    return [
        Period(
            None if one.from_at is None else ms_from_datetime(one.from_at),
            None if one.sensor is None else one.sensor.index,
            factor_of(one.multiplier, one.included),
        )
        for one in rows
    ]


def agreements_of(meter: Meter) -> list[tuple[int, Mapping[str, float]]]:
    """Who has which share of a meter of `with_history` from when on, by firm id."""
    found: dict[int, dict[str, float]] = {}
    rows: Iterable[MeterShare] = meter.all_shares  # type: ignore[attr-defined]
    for one in rows:
        found.setdefault(ms_from_datetime(one.from_at), {})[str(one.object_id)] = one.share
    return sorted(found.items())


def booked_changes(meter: Meter) -> tuple[datetime, ...]:
    """When another device or multiplier was booked for a meter of `with_history`."""
    rows: Iterable[MeterPeriod] = meter.valid_periods  # type: ignore[attr-defined]
    return tuple(sorted(one.from_at for one in rows if one.from_at is not None and one.change != Change.ADDED))


def newest_change_of_meters(supervised_object: SupervisedObject) -> date | None:
    """The day on which a meter last came to the firm or was taken down: days before it were judged by other meters."""
    rows = MeterPeriod.objects.filter(
        meter__object=supervised_object,
        change__in=(Change.ADDED, Change.RETIRED),
        from_at__isnull=False,
        withdrawn_at__isnull=True,
    )
    newest = rows.order_by("-from_at").values_list("from_at", flat=True).first()
    return None if newest is None else timezone.localdate(newest)


def _begin(row: MeterPeriod) -> float:
    return float("-inf") if row.from_at is None else row.from_at.timestamp()


def free_sensors(user: "Person", most: int = 200) -> "list[Any]":
    """Sensors of power that the user sees and no meter has now, for lists to choose from."""
    taken = Meter.objects.filter(sensor__isnull=False).values("sensor")
    return list(visible_sensors(user).filter(quantity="power").exclude(pk__in=taken).order_by("device__code", "channel")[:most])


def search_meters(user: "Person", *, search: str = "", role: str = "") -> QuerySet[Meter]:
    """Visible meters whose code, name, serial number or firm holds the text, of one role."""
    return matching_meters(visible_meters(user), search=search, role=role)


def matching_meters(found: QuerySet[Meter], *, search: str = "", role: str = "") -> QuerySet[Meter]:
    """Those of the meters whose code, name, serial number or firm holds the text, of one role."""
    if search.strip():
        text = search.strip()
        named = Q(code__icontains=text) | Q(name__icontains=text) | Q(object__name__icontains=text) | Q(object__code=text)
        found = found.filter(named | Exists(MeterPeriod.objects.filter(meter=OuterRef("pk"), serial__icontains=text)))
    return found.filter(role=role) if role else found


def sensor_named(user: "Person", text: str) -> "UUID | None":
    """The sensor of power that is called DEVICE/CHANNEL; none for an empty text. InvalidInput where there is none."""
    if not text.strip():
        return None
    device, _slash, channel = text.strip().partition("/")
    found = visible_sensors(user).filter(device__code=device.strip(), channel=channel.strip(), quantity="power").first()
    if found is None:
        words = _("There is no sensor of power “%(text)s” that you may see: write DEVICE/CHANNEL.")
        raise InvalidInput(words % {"text": text.strip()[:80]})
    return found.pk
