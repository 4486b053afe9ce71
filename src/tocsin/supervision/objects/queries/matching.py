"""Records of platforms against the register: who waits for a person, and what each may be."""

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tocsin.engine.identity.comparing import Entry
from tocsin.engine.identity.figures import IdentityFigures
from tocsin.engine.identity.matching import Match, Register
from tocsin.engine.identity.names import Reader
from tocsin.jurisdiction.face import Person, all_regions, scope
from tocsin.supervision.objects.models import ObjectMerge, PlatformRecord, SupervisedObject
from tocsin.supervision.objects.policy.identity import identity_figures
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import WITH_CREDIT_CODE, MatchState

if TYPE_CHECKING:
    from tocsin.supervision.objects.rules.register import NewObject, NewRecord

MOST_IN_MEMORY = 20_000  # a larger register is narrowed in the database first
BOX_DEG = 0.01  # about a kilometre

_COLUMNS = ("pk", "name", "credit_code", "address", "lon", "lat", "trade")


def visible_records(user: Person) -> QuerySet[PlatformRecord]:
    """Records of platforms in the areas whose register the user keeps, newest first."""
    rows = PlatformRecord.objects.select_related("object", "candidate", "decided_by")
    return scope(rows, user, rights.MANAGE)


def waiting_records(user: Person) -> QuerySet[PlatformRecord]:
    """Those a person must decide, the likeliest first."""
    return visible_records(user).filter(state=MatchState.UNSURE.value).order_by("-probability", "received_at")


def counts_of_records(user: Person) -> dict[str, int]:
    """How many of the visible records are in which state."""
    rows = visible_records(user).order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


def records_of(user: Person, supervised_object: SupervisedObject) -> QuerySet[PlatformRecord]:
    """How platforms know this object."""
    return scope(PlatformRecord.objects.filter(object=supervised_object), user, rights.SEE).order_by("platform", "external_id")


def merges_of(supervised_object: SupervisedObject) -> QuerySet[ObjectMerge]:
    """What was joined into this object and is so still, newest first."""
    rows = ObjectMerge.objects.filter(kept=supervised_object, undone_at__isnull=True)
    return rows.select_related("absorbed", "by").order_by("-at")


def match_records(records: Sequence["NewRecord"], apart: Collection[Sequence[str]]) -> list[Match]:
    """The verdict on each record, all of one city; `apart`: for each, ids of objects that a person has said it is not."""
    if not records:
        return []
    figures = current_figures()
    entries = [Entry(str(place), one.name, one.credit_code, one.address, one.lon, one.lat) for place, one in enumerate(records)]
    register = _register(records[0].region_code, entries, figures)
    return [register.match(entry, apart=set(known)) for entry, known in zip(entries, apart, strict=True)]


def twins_of(supervised_object: SupervisedObject) -> Match:
    """Other entries of the register that may be the same object, by the same weights."""
    entry = Entry(
        str(supervised_object.pk),
        supervised_object.name,
        supervised_object.credit_code,
        supervised_object.address,
        supervised_object.lon,
        supervised_object.lat,
        supervised_object.trade,
    )
    return _register(supervised_object.region_code, [entry], current_figures()).match(entry, apart={str(supervised_object.pk)})


def twins_of_new(new: "NewObject") -> Match:
    """Entries of the register that an object may be that somebody is about to enter."""
    entry = Entry("", new.name, new.credit_code, new.address, new.lon, new.lat, new.trade)
    return _register(new.region_code, [entry], current_figures()).match(entry, apart=set())


def objects_by_id(ids: Iterable[str]) -> dict[str, SupervisedObject]:
    """Objects by the text of their id."""
    return {str(one.pk): one for one in SupervisedObject.objects.filter(pk__in=[UUID(one) for one in ids])}


def current_figures() -> IdentityFigures:
    """The policy with the names of this installation's areas."""
    return identity_figures(all_regions().values_list("name_zh", flat=True))


def _register(region_code: str, records: Sequence[Entry], figures: IdentityFigures) -> Register:
    """The register of the record's city, or of a large one what lies near the records."""
    kinds = [one.value for one in WITH_CREDIT_CODE]
    objects = SupervisedObject.objects.filter(region_code__startswith=region_code[:4], kind__in=kinds, merged_into__isnull=True)
    size = objects.count()
    if size > MOST_IN_MEMORY and len(records) < MOST_IN_MEMORY // 100:
        objects = objects.filter(_near(records, Reader(figures.words)))
    rows: Any = objects.order_by().values_list(*_COLUMNS)
    return Register((Entry(str(pk), *rest) for pk, *rest in rows.iterator(chunk_size=5000)), figures, size=size)


def _near(records: Sequence[Entry], reader: Reader) -> Q:
    """Objects that share a code, the firm's own part of the name, or the place with one of the records."""
    near = Q(credit_code__in=[one.credit_code for one in records if one.credit_code])
    for one in records:
        brand = reader.name(one.name).brand
        if len(brand) > 1:
            near |= Q(name__icontains=brand)
        if one.lon is not None and one.lat is not None:
            near |= Q(lon__range=(one.lon - BOX_DEG, one.lon + BOX_DEG), lat__range=(one.lat - BOX_DEG, one.lat + BOX_DEG))
    return near
