"""The identity of a camera: 20 digits by annex D of GB/T 28181 (centre 8, industry 2, type 3, network 1, serial number 6)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput

PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
    ]
)
"""First two digits of the codes of GB/T 2260."""
LENGTH: Final = 20


@dataclass(frozen=True)
class CodeRule:
    """Which values each part may have; a set of its own because the editions of the standard differ."""

    industries: Collection[str]
    types: Collection[str]
    networks: Collection[str]


@dataclass(frozen=True)
class CameraCode:
    """The parts of a code. `area`: the six digits of the county, city or province; `unit`: the base unit below it."""

    area: str
    unit: str
    industry: str
    type: str
    network: str
    serial: str


def parts_of(code: str) -> CameraCode:
    """Cuts a code of 20 digits into its parts.

    >>> parts_of("37021301421310000017").serial
    '000017'
    """
    return CameraCode(code[:6], code[6:8], code[8:10], code[10:13], code[13], code[14:])


def read_code(text: str, rule: CodeRule) -> str:
    """The code as it is kept: blanks and hyphens between the digits don't count. InvalidInput says which digits are wrong.

    >>> read_code("3702 1301 42 131 0 000017", CodeRule({"42"}, {"131"}, {"0"}))
    '37021301421310000017'
    """
    code = "".join(text.replace("-", "").split())
    if not (code.isascii() and code.isdigit()):
        raise InvalidInput("“%(given)s” is no code of a camera: GB/T 28181 has 20 digits", given=text[:40])
    if len(code) != LENGTH:
        raise InvalidInput("code %(code)s has %(count)s digits; GB/T 28181 has 20", code=code[:40], count=len(code))
    parts = parts_of(code)
    if code[:2] not in PROVINCES:
        raise InvalidInput("digits 1 and 2 are %(given)s: no province has this code (GB/T 2260)", given=code[:2])
    if parts.area[2:4] == "00" and parts.area[4:6] != "00":
        raise InvalidInput("digits 3 to 6 are %(given)s: a county lies in a city, whose digits are not 00", given=parts.area[2:])
    _check_sets(parts, rule)
    if parts.serial == "000000":
        raise InvalidInput("digits 15 to 20 are 000000: the serial number begins with 000001")
    return code


def stands_in(code: str, region_code: str) -> bool:
    """Whether the area of the code governs the region or lies in it.

    >>> stands_in("37021301421310000017", "370213"), stands_in("37020000421310000017", "370213")
    (True, True)
    >>> stands_in("37060200421310000017", "370213")
    False
    """
    bare = _bare(code[:6])
    other = _bare(region_code)
    return bare.startswith(other) or other.startswith(bare)


def _check_sets(parts: CameraCode, rule: CodeRule) -> None:
    if parts.industry not in rule.industries:
        raise InvalidInput(
            "digits 9 and 10 (industry) are %(given)s; known are %(known)s",
            given=parts.industry,
            known=", ".join(sorted(rule.industries)),
        )
    if parts.type not in rule.types:
        raise InvalidInput(
            "digits 11 to 13 (type) are %(given)s; cameras have %(known)s", given=parts.type, known=", ".join(sorted(rule.types))
        )
    if parts.network not in rule.networks:
        raise InvalidInput(
            "digit 14 (network) is %(given)s; known are %(known)s",
            given=parts.network,
            known=", ".join(sorted(rule.networks)),
        )


def _bare(code: str) -> str:
    while code.endswith("00"):
        code = code[:-2]
    return code
