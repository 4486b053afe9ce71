"""What other capabilities may use of the networks: assets, ways and owners."""

from tocsin.lifelines.models import Asset
from tocsin.lifelines.policy import MEDIA
from tocsin.lifelines.queries.networks import (
    asset_ids,
    asset_ids_named,
    asset_ids_of_kinds,
    asset_kinds,
    assets_along,
    assets_at,
    assets_by_code,
    assets_of_use,
    code_of_asset,
    features,
    lines_near,
    may_name_asset,
    network,
    pipes_at,
    streets_of,
    version_of,
    visible_assets,
    way_between,
)

__all__ = [
    "MEDIA",
    "Asset",
    "asset_ids",
    "asset_ids_named",
    "asset_ids_of_kinds",
    "asset_kinds",
    "assets_along",
    "assets_at",
    "assets_by_code",
    "assets_of_use",
    "code_of_asset",
    "features",
    "lines_near",
    "may_name_asset",
    "network",
    "pipes_at",
    "streets_of",
    "version_of",
    "visible_assets",
    "way_between",
]
