"""The eight kinds of entities of SensorThings 1.1, their properties and links."""

from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.things.rules.tree import Kind

UNSEARCHED: Final = None


@dataclass(frozen=True)
class Property:
    """What an entity tells; `kind` None: told, and neither filtered nor sorted by."""

    name: str  # with its parts: "properties/code"
    kind: Kind | None = Kind.TEXT


@dataclass(frozen=True)
class Link:
    """What entities it leads to."""

    name: str
    entity: str
    many: bool


@dataclass(frozen=True)
class Entity:
    """One kind: the name of its set, its properties in the order in which they are told, its links."""

    name: str
    properties: tuple[Property, ...]
    links: tuple[Link, ...]
    numbered: bool  # ids are whole numbers; else texts

    def property_of(self, name: str) -> Property | None:
        """The property of that name; `id` is another name of `@iot.id`."""
        wanted = ID if name == "id" else name
        return next((one for one in self.properties if one.name == wanted), None)

    def link_of(self, name: str) -> Link | None:
        """The link of that name."""
        return next((one for one in self.links if one.name == name), None)

    def has_within(self, name: str) -> bool:
        """Whether properties lie below that name."""
        return any(one.name.startswith(f"{name}/") for one in self.properties)


ID: Final = "@iot.id"
_NUMBER = Property(ID, Kind.NUMBER)
_IDENTITY = Property(ID, Kind.IDENTITY)


def _one(name: str, entity: str) -> Link:
    return Link(name, entity, many=False)


def _many(name: str) -> Link:
    return Link(name, name, many=True)


THINGS: Final = Entity(
    "Things",
    (
        _IDENTITY,
        Property("name"),
        Property("description"),
        Property("properties/code"),
        Property("properties/regionCode"),
        Property("properties/organisation"),
        Property("properties/gateway"),
        Property("properties/enabled", Kind.BOOLEAN),
        Property("properties/lastSeenTime", Kind.TIME),
    ),
    (_many("Locations"), _many("HistoricalLocations"), _many("Datastreams")),
    numbered=False,
)
LOCATIONS: Final = Entity(
    "Locations",
    (
        _IDENTITY,
        Property("name"),
        Property("description"),
        Property("encodingType"),
        Property("location", Kind.PLACE),
        Property("properties/regionCode"),
    ),
    (_many("Things"), _many("HistoricalLocations")),
    numbered=False,
)
HISTORICAL_LOCATIONS: Final = Entity(
    "HistoricalLocations",
    (_IDENTITY, Property("time", Kind.TIME)),
    (_one("Thing", "Things"), _many("Locations")),
    numbered=False,
)
DATASTREAMS: Final = Entity(
    "Datastreams",
    (
        _NUMBER,
        Property("name"),
        Property("description"),
        Property("observationType"),
        Property("unitOfMeasurement/name"),
        Property("unitOfMeasurement/symbol"),
        Property("unitOfMeasurement/definition"),
        Property("observedArea", Kind.PLACE),
        Property("properties/sensorId", Kind.IDENTITY),
        Property("properties/channel"),
        Property("properties/quantity"),
        Property("properties/regionCode"),
        Property("properties/asset"),
        Property("properties/enabled", Kind.BOOLEAN),
        Property("properties/health"),
        Property("properties/intervalSeconds", Kind.NUMBER),
        Property("properties/resolution", Kind.NUMBER),
        Property("properties/alarmLow", Kind.NUMBER),
        Property("properties/alarmHigh", Kind.NUMBER),
        Property("properties/newestTime", Kind.TIME),
        Property("properties/newestResult", Kind.NUMBER),
    ),
    (_one("Thing", "Things"), _one("Sensor", "Sensors"), _one("ObservedProperty", "ObservedProperties"), _many("Observations")),
    numbered=True,
)
SENSORS: Final = Entity(
    "Sensors",
    (
        _NUMBER,
        Property("name"),
        Property("description"),
        Property("encodingType"),
        Property("metadata", UNSEARCHED),
        Property("properties/profile"),
        Property("properties/accuracy", Kind.NUMBER),
        Property("properties/resolution", Kind.NUMBER),
    ),
    (_many("Datastreams"),),
    numbered=True,
)
OBSERVED_PROPERTIES: Final = Entity(
    "ObservedProperties",
    (Property(ID), Property("name"), Property("definition"), Property("description")),
    (_many("Datastreams"),),
    numbered=False,
)
FEATURES_OF_INTEREST: Final = Entity(
    "FeaturesOfInterest",
    (
        _NUMBER,
        Property("name"),
        Property("description"),
        Property("encodingType"),
        Property("feature", Kind.PLACE),
        Property("properties/asset"),
        Property("properties/regionCode"),
    ),
    (_many("Observations"),),
    numbered=True,
)
OBSERVATIONS: Final = Entity(
    "Observations",
    (
        Property(ID),
        Property("phenomenonTime", Kind.TIME),
        Property("resultTime", Kind.TIME),
        Property("result", Kind.NUMBER),
        Property("resultQuality"),
    ),
    (_one("Datastream", "Datastreams"), _one("FeatureOfInterest", "FeaturesOfInterest")),
    numbered=False,
)

ENTITIES: Final = {
    one.name: one
    for one in (
        THINGS,
        LOCATIONS,
        HISTORICAL_LOCATIONS,
        DATASTREAMS,
        SENSORS,
        OBSERVED_PROPERTIES,
        OBSERVATIONS,
        FEATURES_OF_INTEREST,
    )
}


def entity_behind(entity: Entity, link: str) -> Entity | None:
    """The kind of entities to which a link of that name leads."""
    found = entity.link_of(link)
    return None if found is None else ENTITIES[found.entity]


def property_or_refuse(entity: Entity, name: str) -> Property:
    """The property; InvalidInput names those that there are."""
    found = entity.property_of(name)
    if found is None:
        known = ", ".join(one.name for one in entity.properties)
        raise InvalidInput(
            "%(entity)s have no “%(given)s”; they have %(known)s.", entity=entity.name, given=name[:60], known=known
        )
    return found
