"""The receipt's code: what a general encoder draws, module by module."""

import re
from collections.abc import Iterator

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st
from segno import encoder

from tocsin.base.errors import InvalidInput
from tocsin.mobilisation.hazard_reports.rules.codes import MASK, MOST_BYTES, VERSION, code_of, svg_code


@pytest.fixture(scope="module", autouse=True)
def padding_of_the_standard() -> Iterator[None]:
    """segno writes eight noughts more where the text ends with a byte (7.4.10 of the standard has none): readers take both."""
    patched = pytest.MonkeyPatch()
    patched.setattr(encoder, "write_padding_bits", lambda buff, version, length: buff.extend([0] * (-length % 8)))
    yield
    patched.undo()


@settings(max_examples=30, deadline=None)
@given(data=st.binary(min_size=1, max_size=MOST_BYTES))
def test_equals_a_general_encoder(data: bytes) -> None:
    slow = segno.make_qr(data, error="m", mask=MASK, version=VERSION, boost_error=False, mode="byte")
    assert np.array_equal(code_of(data), np.array([list(row) for row in slow.matrix]))


def test_more_than_it_takes_is_refused() -> None:
    with pytest.raises(InvalidInput, match="252 bytes"):
        code_of(b"a" * (MOST_BYTES + 1))


def test_the_picture_has_every_dark_module() -> None:
    drawn = svg_code("a" * 219).decode()
    lines = drawn.split('d="')[2].split('"')[0]
    runs = [int(length) for length in re.findall(r"h(\d+)", lines)]
    assert sum(runs) == int(code_of(b"a" * 219).sum())
    assert drawn.startswith("<svg") and drawn.endswith("</svg>")
