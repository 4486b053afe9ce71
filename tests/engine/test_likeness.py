"""How alike reports are: near and told alike comes before near alone; 100,000 are looked through at once."""

import numpy as np

from tests.budgets import quickest_s
from tocsin.engine.likeness import Reports, Weights, likeness, words_of

WEIGHTS = Weights(within_m=150.0, place=0.4, kind=0.15, words=0.45, picture=0.35)
TOLD = "The manhole cover before the school is broken."


def column(*rows: tuple[float, float, int, str, int]) -> Reports:
    lon, lat, kind, text, look = zip(*rows, strict=True)
    words = np.array([words_of(one) for one in text])
    return Reports(np.array(lon), np.array(lat), np.array(kind), words, np.array(look, dtype=np.uint64))


def test_what_is_near_and_told_alike_is_the_likeliest() -> None:
    here = (120.4, 36.2, 1, TOLD, 0)
    many = column(
        here,
        (120.4005, 36.2, 1, "manhole cover at the school gate broken", 0),
        (120.4, 36.2, 2, "A tree lies on the road.", 0),
        (120.5, 36.2, 1, TOLD, 0),
        (np.nan, np.nan, 1, TOLD, 0),
    )
    scores = likeness(column(here), many, WEIGHTS)
    assert scores[0] == 1.0 and scores[1] > scores[2] > scores[3] == 0.0
    assert abs(scores[4] - 0.6) < 1e-9, "a place that nobody gave counts by words and kind"


def test_a_photo_of_the_same_scene_joins_what_words_do_not() -> None:
    nowhere = (np.nan, np.nan, 1)
    one, many = column((*nowhere, "look here", 0xF0F0)), column((*nowhere, "洞", 0xF0F1), (*nowhere, "洞", 0xFFFFFFFF0000))
    near, far = likeness(one, many, WEIGHTS)
    assert near - far == WEIGHTS.picture


def test_a_hundred_thousand_in_a_tenth_of_a_second() -> None:
    random, count = np.random.default_rng(7), 100_000
    many = Reports(
        random.uniform(120, 121, count),
        random.uniform(36, 37, count),
        random.integers(0, 6, count),
        random.integers(0, 2**63, (count, 8), dtype=np.uint64),
        random.integers(0, 2**63, count, dtype=np.uint64),
    )
    one = column((120.4, 36.2, 1, TOLD, 0))
    assert quickest_s(lambda: likeness(one, many, WEIGHTS)) < 0.1
