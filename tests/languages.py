"""The language of tests: a conftest or a file that imports `english` compares what is said in English."""

from collections.abc import Iterator

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Whatever translations are compiled."""
    with translation.override("en"):
        yield
