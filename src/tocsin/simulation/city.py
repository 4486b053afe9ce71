"""The simulated district: its streets, its buried networks, its devices. The same seed gives the same city everywhere."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.simulation import drains, houses, mains
from tocsin.simulation.instruments import USUAL, Fitting
from tocsin.simulation.plan import Feature, Plan
from tocsin.simulation.sensors import Device, Sensors, fit_devices
from tocsin.simulation.streets import Site, lay_streets
from tocsin.simulation.weather import QINGDAO, Climate

REGION_CODE = "370213"  # Licang District, Qingdao (GB/T 2260)
DEFAULT_SEED = 2026


@dataclass(frozen=True)
class City:
    """A district with about 6,600 assets and 2,200 channels. `features` are GeoJSON as in a network file; `fed` tells for each
    heating chamber its station and the metres of pipe between them; `unmapped` are ducts that are in
    the ground but on no map; `place` holds the points' metres on the site's plane.
    """

    seed: int
    region_code: str
    site: Site
    features: tuple[Feature, ...]
    street_features: tuple[Feature, ...]
    devices: tuple[Device, ...]
    sensors: Sensors
    fed: Mapping[str, tuple[str, float]]
    place: Mapping[str, tuple[float, float]]
    climate: Climate = QINGDAO
    unmapped: tuple[Feature, ...] = ()

    @classmethod
    def build(cls, seed: int = DEFAULT_SEED) -> "City":
        """The city of a seed; takes about half a second.

        >>> len(City.build().sensors) >= 2000
        True
        """
        plan = Plan(seed, lay_streets(seed))
        drains.lay_drains(plan, "sewer", drains.SEWER, outlets=2)
        drains.lay_drains(plan, "storm_drain", drains.STORM, outlets=6)
        mains.lay_gas(plan)
        mains.lay_water(plan)
        fed = mains.lay_heat(plan)
        mains.lay_power(plan)
        mains.lay_telecom(plan)
        mains.join_chambers(plan, share=0.3, reach_m=14.0)
        houses.build_houses(plan, share=0.3)
        return cls.of(plan, fed, REGION_CODE)

    @classmethod
    def of(
        cls,
        plan: Plan,
        fed: Mapping[str, tuple[str, float]],
        region_code: str,
        fitting: Fitting = USUAL,
        climate: Climate = QINGDAO,
    ) -> "City":
        """A city that is drawn, with its devices fitted."""
        features, streets = tuple(plan.features), _street_features(plan)
        devices, sensors = fit_devices(plan.seed, features, fitting, climate)
        place, unmapped = plan.place, tuple(plan.unmapped)
        return cls(plan.seed, region_code, plan.streets.site, features, streets, devices, sensors, fed, place, climate, unmapped)

    def lines(self) -> Iterator[Feature]:
        """Properties of every line in the ground, on the map or not."""
        for feature in (*self.features, *self.unmapped):
            if "from_node" in feature["properties"]:
                yield feature["properties"]

    def asset(self, name: str) -> str:
        """The id of the asset with this id, Chinese name or English name; InvalidInput where there is none."""
        try:
            return self._assets[name]
        except KeyError:
            raise InvalidInput(f"the simulated city of seed {self.seed} has no asset {name!r}") from None

    def line(self, kind: str, name: str) -> str:
        """The id of the line of a kind that begins, or else ends, at the point of that name (or of the line with that id)."""
        asset = self.asset(name)
        for end in ("id", "from_node", "to_node"):
            for line, given in self._properties.items():
                if given["kind"] == kind and given.get(end) == asset:
                    return line
        raise InvalidInput(f"no {kind} ends at {name!r} in the simulated city of seed {self.seed}")

    def properties(self, asset: str) -> Feature:
        """The properties of the asset with this id."""
        return self._properties[asset]

    def channel(self, asset: str, quantity: str) -> int | None:
        """Index of the channel of a quantity at an asset, None where it is not measured there."""
        return self._channels.get((asset, quantity))

    @cached_property
    def _properties(self) -> dict[str, Feature]:
        return {feature["properties"]["id"]: feature["properties"] for feature in self.features}

    @cached_property
    def _assets(self) -> dict[str, str]:
        names = {
            str(given[key]): asset for key in ("name_en", "name") for asset, given in self._properties.items() if key in given
        }
        return names | {asset: asset for asset in self._properties}

    @cached_property
    def _channels(self) -> dict[tuple[str, str], int]:
        pairs = zip(self.sensors.asset, self.sensors.quantity, strict=True)
        return {pair: index for index, pair in enumerate(pairs)}


def _street_features(plan: Plan) -> tuple[Feature, ...]:
    features: list[dict[str, Any]] = []
    for street in plan.streets.streets:
        index = list(street.junctions)
        lon, lat = plan.streets.site.plane.to_degrees(plan.streets.x_m[index], plan.streets.y_m[index])
        line = [[round(float(east), 6), round(float(north), 6)] for east, north in zip(lon, lat, strict=True)]
        properties = {"kind": "street", "rank": street.rank, "name": street.name_zh, "name_en": street.name}
        features.append({"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}, "properties": properties})
    return tuple(features)
