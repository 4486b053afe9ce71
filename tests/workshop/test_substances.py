"""The shipped table of substances is what its tool writes."""

import csv

import pytest

from tocsin.workshop.consequences.substances import FILE


@pytest.mark.parametrize("name", ["Chlorine", "Phosgene", "Propane", "Benzene"])
def test_a_row_is_what_the_packages_know(name: str) -> None:
    """Four rows, by different packages; `tools/substances.py --check` holds all of them, in half a minute."""
    from tools import substances

    with FILE.open(encoding="utf-8", newline="") as file:
        row = next(one for one in csv.DictReader(file) if one["name_en"] == name)
    (again,) = substances.table_of([row])
    assert {key: value for key, value in again.items() if key != "sources"} == {
        key: value for key, value in row.items() if key != "sources"
    }
