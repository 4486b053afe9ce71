"""Probabilities as people are told them."""


def told_percent(probability: float) -> int:
    """A probability in whole percent, as people are told it: never 100, since a ranking is no certainty.

    >>> [told_percent(probability) for probability in (0.9996, 0.634)]
    [99, 63]
    """
    return min(round(100 * probability), 99)
