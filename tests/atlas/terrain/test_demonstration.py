"""The heights of the simulated district are those of its own networks, the bay lies level with the sea, hills stand inland."""

import numpy as np

from tocsin.simulation.city import City
from tocsin.simulation.heights import HeightGrid, heights_of


def height(grid: HeightGrid, lon: float, lat: float) -> float:
    return float(grid.metres[int((grid.north - lat) / grid.step), int((lon - grid.west) / grid.step)])


def test_heights_agree_with_the_networks() -> None:
    city = City.build()
    grid = heights_of(city)
    told = [
        (one["properties"]["ground_elevation_m"], *one["geometry"]["coordinates"][:2])
        for one in city.features
        if "ground_elevation_m" in one["properties"]
    ]
    assert len(told) > 1000
    off = np.array([height(grid, lon, lat) - own for own, lon, lat in told])
    assert np.abs(off).max() < 1.0


def test_the_bay_is_level_and_the_hills_are_high_and_one_seed_makes_one_terrain() -> None:
    grid = heights_of(City.build())
    assert grid.metres[:, 0].max() == 0.0
    assert 200 < grid.metres[:, -200:].max() < 600
    assert np.array_equal(grid.metres, heights_of(City.build()).metres)
