"""Which rows of the registry the entities are, what their properties are in them, and how links lead from one to another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FloatField,
    Min,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Concat

from tocsin.base.quantities import QUANTITIES
from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.things.rules.entities import ENTITIES, Entity
from tocsin.sensing.things.rules.tree import Unsupported

GEOJSON: Final = "application/geo+json"
MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
UNIT: Final = "urn:tocsin:unit:"
QUANTITY: Final = "urn:tocsin:quantity:"


@dataclass(frozen=True)
class Column:
    """A property in the rows. `milliseconds`: a time kept as such; `places`: rows whose `lon` and `lat` are the place."""

    expression: Any
    milliseconds: bool = False
    places: QuerySet[Sensor] | None = None
    latitude: Any = None


@dataclass(frozen=True)
class EntitySet:
    """The entities of one kind that a person may see. `key`: the field that is the id of a row."""

    entity: Entity
    person: Person
    rows: QuerySet[Any]
    key: str
    columns: Mapping[str, Column] = field(default_factory=dict)

    def behind(self, link: str) -> "EntitySet":
        """The set to which a link leads."""
        found = self.entity.link_of(link)
        if found is None:
            raise LookupError(link)
        if found.entity == "Observations" or self.entity.name == "Observations":
            raise Unsupported(
                "The history can't be searched from %(entity)s: ask for the Observations of a Datastream.",
                entity=self.entity.name,
            )
        return entity_set(self.person, found.entity)

    def linked(self, link: str) -> QuerySet[Any]:
        """The rows behind the link, within a query of these ones."""
        target, own = fields_of(self.entity.name, link)
        return self.behind(link).rows.filter(**{target: OuterRef(own)})

    def with_key(self, key: str | int | UUID) -> QuerySet[Any]:
        """The one with this id, if it is within reach."""
        return self.rows.filter(**{self.key: key})


_FIELDS: Final = {
    ("Things", "Locations"): ("pk", "pk"),
    ("Things", "HistoricalLocations"): ("pk", "pk"),
    ("Things", "Datastreams"): ("device_id", "pk"),
    ("Locations", "Things"): ("pk", "pk"),
    ("Locations", "HistoricalLocations"): ("pk", "pk"),
    ("HistoricalLocations", "Thing"): ("pk", "pk"),
    ("HistoricalLocations", "Locations"): ("pk", "pk"),
    ("Datastreams", "Thing"): ("pk", "device_id"),
    ("Datastreams", "Sensor"): ("index", "index"),
    ("Datastreams", "ObservedProperty"): ("quantity", "quantity"),
    ("Sensors", "Datastreams"): ("index", "index"),
    ("ObservedProperties", "Datastreams"): ("quantity", "quantity"),
    ("Observations", "Datastream"): ("index", "index"),
    ("Observations", "FeatureOfInterest"): ("index", "index"),
}


def fields_of(entity: str, link: str) -> tuple[str, str]:
    """By which field of the rows behind a link, and by which own one, they belong to each other."""
    return _FIELDS[entity, link]


def entity_set(person: Person, name: str) -> EntitySet:
    """The entities of that kind within the person's reach."""
    return _SETS[name](person)


def visible_sensors(person: Person) -> QuerySet[Sensor]:
    """Sensors where the person may see them, bare."""
    return scope(Sensor.objects.order_by(), person, "sensors.see")


def _visible_devices(person: Person) -> QuerySet[Device]:
    return scope(Device.objects.order_by(), person, "sensors.see")


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _or_empty(field: str) -> Combinable:
    return Coalesce(F(field), _text(""), output_field=CharField())


def _joined(*parts: Any) -> Combinable:
    return Concat(*parts, output_field=CharField())


def _or_else(field: str, otherwise: Any) -> Combinable:
    return Case(When(**{field: ""}, then=otherwise), default=F(field), output_field=CharField())


def _unit() -> Combinable:
    cases = [When(quantity=one.name, then=_text(one.unit)) for one in QUANTITIES.values()]
    return Case(*cases, default=_text(""), output_field=CharField())


def _things(person: Person) -> EntitySet:
    columns = {
        "@iot.id": Column(F("pk")),
        "name": Column(_or_else("name", F("code"))),
        "description": Column(_joined(_text("Device "), F("code"))),
        "properties/code": Column(F("code")),
        "properties/regionCode": Column(F("region_code")),
        "properties/organisation": Column(_or_empty("organisation__code")),
        "properties/gateway": Column(_gateway_code(person)),
        "properties/enabled": Column(F("enabled")),
        "properties/lastSeenTime": Column(F("last_seen_at")),
    }
    return EntitySet(ENTITIES["Things"], person, _visible_devices(person), "pk", columns)


def _gateway_code(person: Person) -> Combinable:
    code = Subquery(_visible_devices(person).filter(pk=OuterRef("gateway_id")).values("code")[:1])
    return Coalesce(code, _text(""), output_field=CharField())


def _first_sensors(person: Person) -> QuerySet[Sensor]:
    """Within a query of devices: the first sensor of each."""
    sensors = visible_sensors(person)
    first = sensors.filter(device_id=OuterRef("device_id")).order_by("index").values("index")[:1]
    return sensors.filter(device_id=OuterRef("pk"), index=Subquery(first))


def _placed_devices(person: Person) -> QuerySet[Device]:
    return _visible_devices(person).filter(Exists(visible_sensors(person).filter(device_id=OuterRef("pk"))))


def _locations(person: Person) -> EntitySet:
    first = visible_sensors(person).filter(device_id=OuterRef("pk")).order_by("index")
    place = Column(
        Subquery(first.values("lon")[:1], output_field=FloatField()),
        places=_first_sensors(person),
        latitude=Subquery(first.values("lat")[:1], output_field=FloatField()),
    )
    columns = {
        "@iot.id": Column(F("pk")),
        "name": Column(_or_else("name", F("code"))),
        "description": Column(_joined(_text("Where the first channel of device "), F("code"), _text(" measures"))),
        "encodingType": Column(_text(GEOJSON)),
        "location": place,
        "properties/regionCode": Column(F("region_code")),
    }
    return EntitySet(ENTITIES["Locations"], person, _placed_devices(person), "pk", columns)


def _historical_locations(person: Person) -> EntitySet:
    columns = {"@iot.id": Column(F("pk")), "time": Column(F("created_at"))}
    return EntitySet(ENTITIES["HistoricalLocations"], person, _placed_devices(person), "pk", columns)


def _sensor_name() -> Combinable:
    return _or_else("name", _joined(F("device__code"), _text(" "), F("channel")))


def _place() -> Column:
    return Column(F("lon"), latitude=F("lat"))


def _asset() -> Combinable:
    return _or_empty("asset__code")


def _datastreams(person: Person) -> EntitySet:
    columns = {
        "@iot.id": Column(F("index")),
        "name": Column(_sensor_name()),
        "description": Column(_joined(F("quantity"), _text(" of channel "), F("channel"), _text(" of "), F("device__code"))),
        "observationType": Column(_text(MEASUREMENT)),
        "unitOfMeasurement/name": Column(_unit()),
        "unitOfMeasurement/symbol": Column(_unit()),
        "unitOfMeasurement/definition": Column(_joined(_text(UNIT), _unit())),
        "observedArea": _place(),
        "properties/sensorId": Column(F("pk")),
        "properties/channel": Column(F("channel")),
        "properties/quantity": Column(F("quantity")),
        "properties/regionCode": Column(F("region_code")),
        "properties/asset": Column(_asset()),
        "properties/enabled": Column(F("enabled")),
        "properties/health": Column(F("health")),
        "properties/intervalSeconds": Column(F("interval_s")),
        "properties/resolution": Column(F("resolution")),
        "properties/alarmLow": Column(F("alarm_low")),
        "properties/alarmHigh": Column(F("alarm_high")),
        "properties/newestTime": Column(F("last_ts"), milliseconds=True),
        "properties/newestResult": Column(F("last_value")),
    }
    return EntitySet(ENTITIES["Datastreams"], person, visible_sensors(person), "index", columns)


def _sensors(person: Person) -> EntitySet:
    columns = {
        "@iot.id": Column(F("index")),
        "name": Column(_sensor_name()),
        "description": Column(_joined(_text("Instrument behind channel "), F("channel"), _text(" of "), F("device__code"))),
        "encodingType": Column(_text("text/html")),
        "metadata": Column(F("pk")),
        "properties/profile": Column(F("profile")),
        "properties/accuracy": Column(F("accuracy")),
        "properties/resolution": Column(F("resolution")),
    }
    return EntitySet(ENTITIES["Sensors"], person, visible_sensors(person), "index", columns)


def _observed_properties(person: Person) -> EntitySet:
    """One row for each quantity that is measured within reach: its first sensor."""
    sensors = visible_sensors(person)
    firsts = sensors.values("quantity").annotate(first=Min("index")).values("first")
    columns = {
        "@iot.id": Column(F("quantity")),
        "name": Column(F("quantity")),
        "definition": Column(_joined(_text(QUANTITY), F("quantity"))),
        "description": Column(_joined(F("quantity"), _text(" in "), _unit())),
    }
    return EntitySet(ENTITIES["ObservedProperties"], person, sensors.filter(index__in=firsts), "quantity", columns)


def _features_of_interest(person: Person) -> EntitySet:
    columns = {
        "@iot.id": Column(F("index")),
        "name": Column(_sensor_name()),
        "description": Column(
            _joined(_text("Where channel "), F("channel"), _text(" of "), F("device__code"), _text(" measures"))
        ),
        "encodingType": Column(_text(GEOJSON)),
        "feature": _place(),
        "properties/asset": Column(_asset()),
        "properties/regionCode": Column(F("region_code")),
    }
    return EntitySet(ENTITIES["FeaturesOfInterest"], person, visible_sensors(person), "index", columns)


_SETS: Final[Mapping[str, Callable[[Person], EntitySet]]] = {
    "Things": _things,
    "Locations": _locations,
    "HistoricalLocations": _historical_locations,
    "Datastreams": _datastreams,
    "Sensors": _sensors,
    "ObservedProperties": _observed_properties,
    "FeaturesOfInterest": _features_of_interest,
}
