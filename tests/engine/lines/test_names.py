"""Names that are found by their bytes."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.lines.names import Names

texts = st.text(st.characters(exclude_categories=("Cs",)), max_size=6)


@given(st.lists(texts, unique=True, max_size=40), st.lists(texts, max_size=20))
def test_each_name_has_its_number_and_no_other_has_one(known: list[str], asked: list[str]) -> None:
    numbers = {name: 100 + place for place, name in enumerate(known)}
    names = Names.of(numbers)
    assert names.find([*known, *asked]).tolist() == [numbers.get(name, -1) for name in [*known, *asked]]


def test_no_names_are_none() -> None:
    assert Names.of({}).find(["x", ""]).tolist() == [-1, -1]
