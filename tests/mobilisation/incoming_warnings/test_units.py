"""Areas by code: what we write of units, whoever reads it finds again, towns among them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.mobilisation.public_warnings.messages import rain
from tocsin.mobilisation.incoming_warnings.rules.areas import shape_of_alert, units_of_alert
from tocsin.mobilisation.public_warnings.queries.warnings import shape_of_unit
from tocsin.mobilisation.public_warnings.rules.cap.checking import check
from tocsin.mobilisation.public_warnings.rules.cap.writing import as_bytes, write_alert
from tocsin.mobilisation.public_warnings.rules.places import Units, as_cap

UNITS = ["370213", "370202", "370200", "370213001", "370213003", "370202001", "370600"]


@pytest.mark.django_db
@pytest.mark.one_database
@settings(max_examples=30, deadline=None)
@given(codes=st.lists(st.sampled_from(UNITS), min_size=1, max_size=4, unique=True))
def test_whoever_reads_our_message_finds_the_units_of_which_it_speaks(codes: list[str]) -> None:
    info = replace(rain().infos[0], areas=(as_cap(Units(tuple(codes)), "x", shape_of_unit),))
    read = check(as_bytes(write_alert(rain(infos=(info,)))), trusted=[], takes_unsigned=True).alert
    assert read is not None
    names = ("GB/T 2260", "statistical code")
    found = shape_of_alert(read, names, shape_of_unit)
    for code in codes:
        county = shape_of_unit(code[:6])
        assert county is not None
        assert county.difference(found).area < 1e-6
    if any(len(code) == 9 for code in codes):
        assert set(units_of_alert(read, names)) == set(codes)
