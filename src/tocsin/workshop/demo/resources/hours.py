"""What changes by the hour or by the day: weather, rain, closed roads, goods in stores."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from tocsin.base.time import ms_from_datetime
from tocsin.workshop.demo.resources.files import SHAPE, Row, place
from tocsin.workshop.demo.resources.ground import station_places

if TYPE_CHECKING:
    from tocsin.simulation.city import City
    from tocsin.simulation.plan import Feature
    from tocsin.simulation.weather import Weather

HOUR: Final = timedelta(hours=1)
CLOSED: Final = ("九水路", "石牛山路", "文昌路")


def hour_tables(
    city: "City", weather: "Weather", ground: "Sequence[Feature]", now: datetime
) -> dict[str, Callable[[], list[Row]]]:
    """By short name of the resource, its rows as they are at the hour of `now`."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    stations = station_places(ground)
    return {
        "weather_stations": lambda: _stations(stations),
        "weather_hourly": lambda: _observed(weather, stations, hour),
        "rain_gauges": lambda: _gauges(weather, stations, hour),
        "road_closures": lambda: _closures(city, hour),
        "relief_stores": lambda: _relief_stores(city.region_code),
        "relief_goods": lambda: _relief_goods(city.region_code),
    }


def _stations(stations: Sequence[tuple[str, float, float]]) -> list[Row]:
    first = {"类别": "区域自动站", "启用日期": "2015-06-01"}
    return [
        {"站号": f"D{4500 + number}", "名称": f"{name}站", **first, "海拔": 12.0 + 4.5 * number, **place(lon, lat)}
        for number, (name, lon, lat) in enumerate(stations, 1)
    ]


def _observed(weather: "Weather", stations: Sequence[tuple[str, float, float]], hour: datetime) -> list[Row]:
    at = np.array([ms_from_datetime(hour)])
    warm, rain = float(weather.outdoor_c(at)[0]), float(weather.rain_mm_h(at)[0])
    rows: list[Row] = []
    for number, (_name, lon, lat) in enumerate(stations, 1):
        wind = 2.4 + (hour.hour * 7 + number * 3) % 11 / 4
        figures = {"气温": round(warm - 0.1 * number, 1), "雨量": round(rain, 1), "风速": round(wind, 1), "湿度": 55 + number * 2}
        rows.append({"站号": f"D{4500 + number}", "时间": hour.isoformat(), **figures, **place(lon, lat)})
    return rows


def _gauges(weather: "Weather", stations: Sequence[tuple[str, float, float]], hour: datetime) -> list[Row]:
    minutes = ms_from_datetime(hour) - 60_000 * np.arange(60, dtype=np.int64)
    fallen = float(weather.rain_mm_h(minutes).mean())
    return [
        {
            "站号": f"Y{number:03d}",
            "名称": f"{name}雨量站",
            "时间": hour.isoformat(),
            "一小时雨量": round(fallen, 1),
            **place(lon, lat),
        }
        for number, (name, lon, lat) in enumerate(stations, 1)
    ]


def _closures(city: "City", hour: datetime) -> list[Row]:
    """A piece of each of three streets; which of them is closed last changes with the hour."""
    streets = {one["properties"]["name"]: one["geometry"]["coordinates"] for one in city.street_features}
    rows: list[Row] = []
    for number, name in enumerate(CLOSED, 1):
        course = streets[name]
        first = hour.hour % (len(course) - 1) if number == len(CLOSED) else len(course) // 3
        told = {"编号": f"FL{number:03d}", "道路": name, "原因": "管道施工" if number < len(CLOSED) else "路面养护"}
        begins = hour.replace(hour=0) - timedelta(days=number) if number < len(CLOSED) else hour
        times = {
            "开始时间": begins.isoformat(),
            "结束时间": (begins + (HOUR if number == len(CLOSED) else 24 * 5 * HOUR)).isoformat(),
        }
        rows.append({**told, **times, SHAPE: {"type": "LineString", "coordinates": course[first : first + 2]}})
    return rows


def _relief_stores(region_code: str) -> list[Row]:
    """The stores of the register as it is now."""
    from tocsin.supplies.stock.models import Store

    levels = {"city": "市级", "county": "区级", "town": "街道级", "firm": "企业"}
    return [
        {
            "编号": f"CK{number:02d}",
            "名称": one.name.removesuffix("（演示）"),
            "级别": levels.get(one.level, one.level),
            "面积": round((one.capacity_m3 or 0.0) / 4),
            "电话": one.telephone,
            **place(one.lon or 0.0, one.lat or 0.0),
        }
        for number, one in enumerate(Store.objects.filter(region_code=region_code, active=True), 1)
    ]


def _relief_goods(region_code: str) -> list[Row]:
    """What lies free in the stores now, by store and kind."""
    from django.db.models import Sum

    from tocsin.supplies.stock.models import Holding

    held = Holding.objects.filter(region_code=region_code, free__gt=0).order_by()
    sums = held.values("store__name", "item__name_zh", "item__unit_zh", "item__code", "store__id").annotate(left=Sum("free"))
    return [
        {
            "编号": f"{one['item__code']}-{one['store__id'].hex[-6:]}",
            "仓库": one["store__name"].removesuffix("（演示）"),
            "品名": one["item__name_zh"],
            "数量": one["left"] / 1000,
            "单位": one["item__unit_zh"],
        }
        for one in sums
    ]
