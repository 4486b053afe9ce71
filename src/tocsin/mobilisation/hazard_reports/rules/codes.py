"""The receipt as a QR code (ISO/IEC 18004), always version 11, level M, mask 2: 251 bytes, of which a receipt takes at most 220.

A general encoder finds size and layout anew for each code, which was a fifth of the work of taking a report in. Here the layout
is worked out once: what is left is one product over GF(256) and one assignment. `segno` is the slow twin in the tests.
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from tocsin.base.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    type Bytes = NDArray[np.uint8]

VERSION: Final = 11
MOST_BYTES: Final = 251
MASK: Final = 2
SIDE: Final = 4 * VERSION + 17
_BLOCKS: Final = (50, 51, 51, 51, 51)  # data codewords of each block; table 9 of the standard
_CHECKS: Final = 30  # error correction codewords of each block
_ALIGNED: Final = (6, 30, 54)  # centres of alignment patterns; annex E
_LONGEST: Final = max(_BLOCKS)
_QUIET: Final = 4
_FORMAT: Final = 0b101111001111100  # level M, mask 2; annex C
_VERSION: Final = 0b001011101111110110  # version 11; annex D


def svg_code(text: str) -> bytes:
    """The code as a picture, black on white, four light modules around it."""
    side = SIDE + 2 * _QUIET
    steps = []
    for y, row in enumerate(code_of(text.encode())):
        line, at = row.tobytes(), 0
        steps.append(f"M{_QUIET} {y + _QUIET}.5")
        while (begin := line.find(1, at)) >= 0:
            end = line.find(0, begin)
            end = SIDE if end < 0 else end
            steps.append(f"m{begin - at} 0h{end - begin}" if begin > at else f"h{end - begin}")
            at = end
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{4 * side}" height="{4 * side}" viewBox="0 0 {side} {side}">'
    lines = f'<path stroke="#000" shape-rendering="crispEdges" d="{"".join(steps)}"/>'
    return f'{head}<path fill="#fff" d="M0 0h{side}v{side}H0z"/>{lines}</svg>'.encode()


def code_of(data: bytes) -> "Bytes":
    """Its modules, 1 for a dark one, `SIDE` × `SIDE`; InvalidInput for more than `MOST_BYTES`."""
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"a receipt of {len(data)} bytes does not fit its code of {MOST_BYTES}")
    modules, places, masked = _layout()
    made = modules.copy()
    made.flat[places] = np.unpackbits(_codewords(data)) ^ masked
    return made


def _codewords(data: bytes) -> "Bytes":
    """Data and check codewords in the order in which they are laid (8.6): byte mode, a length of 16 bits, padding."""
    total = sum(_BLOCKS)
    bits = int.from_bytes(b"\x04" + len(data).to_bytes(2, "big") + data, "big") << 4  # four bits of the mode, four that end it
    plain = bits.to_bytes(len(data) + 4, "big")[1:]
    plain = (plain + b"\xec\x11" * total)[:total]
    blocks = np.zeros((len(_BLOCKS), _LONGEST), dtype=np.uint8)  # a shorter block begins with a nought, which changes no check
    at = 0
    for block, length in zip(blocks, _BLOCKS, strict=True):
        block[_LONGEST - length :] = np.frombuffer(plain, dtype=np.uint8, count=length, offset=at)
        at += length
    multiply, checks, order = _field()
    check = np.bitwise_xor.reduce(multiply[blocks[:, :, None], checks[None]], axis=1)
    return np.concatenate([blocks.ravel()[order], check.T.ravel()])


@cache
def _field() -> "tuple[Bytes, Bytes, NDArray[np.intp]]":
    """Products in GF(256), the check codewords of a one at each place of a block, and the places of the data in their order."""
    powers = np.zeros(255, dtype=np.uint8)
    value = 1
    for power in range(255):
        powers[power] = value
        value = (value << 1) ^ (0x11D if value & 0x80 else 0)
    logs = np.zeros(256, dtype=np.intp)
    logs[powers] = np.arange(255)
    multiply = powers[(logs[:, None] + logs[None, :]) % 255]
    multiply[0, :] = multiply[:, 0] = 0
    generator = np.array([1], dtype=np.uint8)
    for power in range(_CHECKS):
        generator = np.append(generator, 0) ^ np.insert(multiply[generator, powers[power]], 0, 0)
    checks = np.zeros((_LONGEST, _CHECKS), dtype=np.uint8)
    rest = generator[1:]
    for place in range(_LONGEST - 1, -1, -1):
        checks[place] = rest
        rest = np.append(rest[1:], 0) ^ multiply[rest[0], generator[1:]]
    order = [
        block * _LONGEST + _LONGEST - length + place
        for place in range(_LONGEST)
        for block, length in enumerate(_BLOCKS)
        if place < length
    ]
    return multiply, checks, np.array(order)


@cache
def _layout() -> "tuple[Bytes, NDArray[np.intp], Bytes]":
    """The modules that are the same in every code, the places of the bits in their order (8.7.3), and the mask at each."""
    modules, fixed = np.zeros((SIDE, SIDE), dtype=np.uint8), np.zeros((SIDE, SIDE), dtype=bool)
    modules[6, ::2] = modules[::2, 6] = 1
    fixed[6, :] = fixed[:, 6] = True
    for y, x in ((0, 0), (0, SIDE - 7), (SIDE - 7, 0)):
        fixed[max(y - 1, 0) : y + 8, max(x - 1, 0) : x + 8] = True
        modules[max(y - 1, 0) : y + 8, max(x - 1, 0) : x + 8] = 0
        _draw_square(modules, y, x, 7)
    for y in _ALIGNED:
        for x in _ALIGNED:
            if (y, x) not in ((6, 6), (6, _ALIGNED[-1]), (_ALIGNED[-1], 6)):
                fixed[y - 2 : y + 3, x - 2 : x + 3] = True
                modules[y - 2 : y + 3, x - 2 : x + 3] = 0
                _draw_square(modules, y - 2, x - 2, 5)
    _draw_signs(modules, fixed)
    places = []
    for column in range(SIDE - 1, 0, -2):
        right = column if column > 6 else column - 1  # the column of timing belongs to none
        upwards = (SIDE - 1 - column) // 2 % 2 == 0
        rows = range(SIDE - 1, -1, -1) if upwards else range(SIDE)
        places += [y * SIDE + x for y in rows for x in (right, right - 1) if not fixed[y, x]]
    found = np.array(places)
    return modules, found, (found % SIDE % 3 == 0).astype(np.uint8)


def _draw_square(modules: "Bytes", y: int, x: int, side: int) -> None:
    """A dark frame with a dark heart: the corners and the small squares of every code."""
    modules[y : y + side, x : x + side] = 1
    modules[y + 1 : y + side - 1, x + 1 : x + side - 1] = 0
    modules[y + 2 : y + side - 2, x + 2 : x + side - 2] = 1


def _draw_signs(modules: "Bytes", fixed: "NDArray[np.bool_]") -> None:
    """Format beside the corners, twice (figure 25), version beside two of them (figure 28), and the one module always dark."""
    along = [*range(6), 7, 8]
    for bit in range(15):
        dark = _FORMAT >> bit & 1
        near = (along[bit], 8) if bit < 8 else (8, along[14 - bit] if bit > 8 else 7)
        far = (8, SIDE - 1 - bit) if bit < 8 else (SIDE - 15 + bit, 8)
        for place in (near, far):
            fixed[place], modules[place] = True, dark
    fixed[SIDE - 8, 8], modules[SIDE - 8, 8] = True, 1
    for bit in range(18):
        dark = _VERSION >> bit & 1
        for place in ((bit // 3, SIDE - 11 + bit % 3), (SIDE - 11 + bit % 3, bit // 3)):
            fixed[place], modules[place] = True, dark
