"""Buried networks on the one map, one layer a utility; the console draws them by itself."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy

from tocsin.atlas.layers.rules.layers import MapLayer
from tocsin.lifelines.queries.networks import asset_kinds, features

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def _reader(*kinds: str) -> Callable[["Person", datetime | None], Iterator[dict[str, Any]]]:
    def read(user: "Person", at: datetime | None) -> Iterator[dict[str, Any]]:
        language = "zh" if (get_language() or "").startswith("zh") else "en"
        names = asset_kinds()
        for one in features(user, kinds):
            told: Any = one["properties"]
            name, street = (str(told.get(f"{key}_{language}") or told[key]) for key in ("name", "street"))
            words = " · ".join(filter(None, (str(names.get(told["kind"], told["kind"])), street, told["code"])))
            told = {"id": told["id"], "name": name or street or told["code"], "words": words, "kind": told["kind"]}
            told["url"] = f"/lifelines/assets/{told['id']}/"
            yield {"type": "Feature", "geometry": one["geometry"], "properties": told}

    return read


def _network(name: str, words: Promise, *kinds: str, shown: bool = True) -> MapLayer:
    return MapLayer(
        name=name,
        words=words,
        url=f"/api/v1/lifelines/assets.geojson?kinds={','.join(kinds)}",
        permission="assets.see",
        features=_reader(*kinds),
        group="networks",
        kept_s=120.0,
        shown=shown,
        past=True,
        look="network",
        kinds=tuple((kind, asset_kinds()[kind]) for kind in kinds),
        on_console=False,
    )


GAS = _network("network-gas", pgettext_lazy("network", "Gas"), "gas_main")
HEAT = _network("network-heat", pgettext_lazy("network", "Heating"), "heat_main_supply", "heat_main_return")
WATER = _network("network-water", pgettext_lazy("network", "Water"), "water_main")
DRAINAGE = _network("network-drainage", pgettext_lazy("network", "Drainage"), "sewer", "storm_drain", shown=False)
POWER = _network("network-power", pgettext_lazy("network", "Power"), "power_cable", shown=False)
TELECOM = _network("network-telecom", pgettext_lazy("network", "Telecom"), "telecom_duct", shown=False)
