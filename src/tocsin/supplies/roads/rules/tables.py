"""How tables of travel times are read: headings in either language, and what a row may hold."""

from typing import Final

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "store": ("仓库", "仓库名称", "储备库", "起点"),
    "place": ("地点", "需求地点", "目的地", "终点"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "minutes": ("分钟", "行车时间", "行驶时间", "时间"),
    "km": ("公里", "里程", "距离"),
}
"""Columns and what offices call them."""
NEEDED: Final = ("store", "place")
RANGES: Final[dict[str, tuple[float, float]]] = {
    "lon": (-180.0, 180.0),
    "lat": (-90.0, 90.0),
    "minutes": (0.1, 10_080.0),
    "km": (0.0, 5_000.0),
}
"""What the numbers of a row lie within: degrees, minutes, kilometres."""
PLACE_LENGTH: Final = 120
