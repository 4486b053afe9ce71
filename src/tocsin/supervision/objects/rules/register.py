"""Words of the register: kinds of object, states of a match, and the information code (信息码) with its check digit."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypedDict
from uuid import UUID

from tocsin.base.credit_codes import ALPHABET

LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_SITES: Final = 999
MOST_PARTS: Final = 9999


class ObjectKind(StrEnum):
    """What is supervised."""

    ENTERPRISE = "enterprise"
    SITE = "site"  # another place of work of an enterprise
    PLACE = "place"  # a hall, a market, a building, a workshop
    EQUIPMENT = "equipment"  # down to a welding set


WITH_CREDIT_CODE: Final = (ObjectKind.ENTERPRISE, ObjectKind.SITE)
"""Kinds that are known by a credit code and a site number; the others carry their parent's code, or the region's."""
_PART_LETTERS: Final = {ObjectKind.ENTERPRISE: "U", ObjectKind.SITE: "U", ObjectKind.PLACE: "P", ObjectKind.EQUIPMENT: "E"}

PARENTS: Final[dict[ObjectKind, tuple[ObjectKind, ...]]] = {
    ObjectKind.ENTERPRISE: (),
    ObjectKind.SITE: (ObjectKind.ENTERPRISE,),
    ObjectKind.PLACE: (ObjectKind.ENTERPRISE, ObjectKind.SITE),
    ObjectKind.EQUIPMENT: (ObjectKind.ENTERPRISE, ObjectKind.SITE, ObjectKind.PLACE),
}
"""What may be part of what: three steps at most, so that a code stays short enough for a sign."""


class RiskClass(StrEnum):
    """The four classes of the dual prevention mechanism (双重预防), worst first. Not the colour of the code."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class CodeColour(StrEnum):
    """The colour of an object's code; grey: not enough data."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


@dataclass(frozen=True)
class NewObject:
    """What is told about an object when it is entered or changed. Empty texts and None are "not known".

    `risk_class` and `directly_supervised` left empty follow the trade; `competent_id` left empty follows the trade's department
    in the region. `parent_id`: of sites, places and equipment.
    """

    kind: ObjectKind
    name: str
    trade: str
    region_code: str
    credit_code: str = ""
    site_number: int = 1
    parent_id: UUID | None = None
    risk_class: str = ""
    town_code: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    employees: int | None = None
    shifts: str = ""
    solar_kwp: float = 0.0
    major_hazard: bool = False
    directly_supervised: bool | None = None
    competent_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True)
class NewPerson:
    """Somebody who answers for an object. `username`: the account of a person of the firm's organisation."""

    role: str
    name: str
    post: str = ""
    telephone: str = ""
    external_id: str = ""
    required_certificate: str = ""
    username: str = ""


@dataclass(frozen=True)
class NewRecord:
    """How a platform knows a firm. `external_id` is the platform's own; `level`: county, city, province, grid, utility."""

    platform: str
    level: str
    external_id: str
    region_code: str
    name: str
    credit_code: str = ""
    address: str = ""
    lon: float | None = None
    lat: float | None = None


class Weight(TypedDict):
    """One bar of a match as a record of a platform keeps it (`PlatformRecord.weights`)."""

    field: str
    level: str
    bits: float
    measured: float | None


class MatchState(StrEnum):
    """Whether a platform's record is an object of the register."""

    MATCHED = "matched"
    UNSURE = "unsure"  # a person decides
    NEW = "new"  # none of the register


def check_digit(body: str) -> str:
    """One decimal digit over the letters and digits of a code; hyphens do not count.

    ISO/IEC 7064, MOD 11,10, over the digits of the body with each letter written as two (A = 10 … Z = 35), as the IBAN writes
    letters. It finds every wrong digit and nearly all changes of neighbours; a wrong letter inside the credit code is found by
    that code's own last character. ValueError for other characters.

    >>> check_digit("91350100M000100Y43-001")
    '4'
    """
    product = 10
    for one in body.replace("-", ""):
        for digit in one if one in "0123456789" else str(10 + LETTERS.index(one)):
            product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)


def site_code(prefix: str, credit_code: str, site_number: int) -> str:
    """The information code of an enterprise's site; ValueError unless 1 to 999.

    >>> site_code("QC", "91350100M000100Y43", 1)
    'QC-91350100M000100Y43-001-4'
    """
    if not 1 <= site_number <= MOST_SITES:
        raise ValueError("a site has a number from 1 to 999")
    return _finished(prefix, f"{credit_code}-{site_number:03d}")


def part_code(parent_code: str, kind: ObjectKind, number: int) -> str:
    """The code of a part: its parent's without the check digit, the letter of its kind and a number inside the parent.

    >>> part_code("QC-91350100M000100Y43-001-4", ObjectKind.EQUIPMENT, 7)
    'QC-91350100M000100Y43-001-E0007-6'
    """
    prefix, _, body = parent_code.rpartition("-")[0].partition("-")
    return _finished(prefix, f"{body}-{_part(kind, number)}")


def place_code(prefix: str, region_code: str, kind: ObjectKind, number: int) -> str:
    """The code of an object that has neither a credit code nor a parent: its county's code, kind and a number.

    >>> place_code("QC", "370212", ObjectKind.PLACE, 12)
    'QC-370212-P0012-1'
    """
    return _finished(prefix, f"{region_code}-{_part(kind, number)}")


def part_number(code: str) -> int:
    """The number that a part's or a place's code ends in before the check digit; 0 for other codes."""
    found = re.search(r"-[UPE](\d+)-\d$", code)
    return int(found[1]) if found else 0


def is_information_code(code: str, prefix: str) -> bool:
    """Has this text the form and the check digit of one of our codes?

    >>> is_information_code("QC-91350100M000100Y43-001-4", "QC"), is_information_code("QC-91350100M000100Y43-002-4", "QC")
    (True, False)
    """
    part = "(?:-[UPE][0-9]{4,6})"
    form = rf"{re.escape(prefix)}-(?:[{ALPHABET}]{{18}}-[0-9]{{3}}{part}{{0,2}}|[0-9]{{6}}{part}{{1,2}})-[0-9]"
    if re.fullmatch(form, code) is None:
        return False
    body, _, digit = code[len(prefix) + 1 :].rpartition("-")
    return check_digit(body) == digit


def _part(kind: ObjectKind, number: int) -> str:
    if not 1 <= number <= 999_999:
        raise ValueError("parts are numbered from 1 to 999999")
    return f"{_PART_LETTERS[kind]}{number:04d}"


def _finished(prefix: str, body: str) -> str:
    return f"{prefix}-{body}-{check_digit(body)}"
