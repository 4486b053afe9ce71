"""What is wrong with an object as told, field by field and with how to mend it: for forms, the API and imports alike."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tocsin.base.credit_codes import CreditCodeVerdict, check_character, judge_credit_code, read_as
from tocsin.base.errors import InvalidInput
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules.hours import read_hours
from tocsin.supervision.objects.rules.register import MOST_SITES, WITH_CREDIT_CODE, NewObject, NewPerson, ObjectKind, RiskClass

TELEPHONE = re.compile(r"[0-9+() -]{0,40}")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: in which field, and what to do about it."""

    field: str
    text: str


def problems_of(new: NewObject, regions: Collection[str]) -> list[Problem]:
    """Everything that is wrong with an object by itself. `regions`: codes that exist."""
    return [Problem(field, text) for field, text in (*_words(new, regions), *_code(new), *_figures(new))]


def refuse(problems: list[Problem]) -> None:
    """InvalidInput that names the fields; nothing where there are no problems."""
    if problems:
        raise InvalidInput(" ".join(f"{one.field}: {one.text}" for one in problems))


def _words(new: NewObject, regions: Collection[str]) -> Iterator[tuple[str, str]]:
    if len(new.name.strip()) < 2:
        yield "name", _("Write the name as on the business licence, or what people call the place.")
    if len(new.name) > 200:
        yield "name", _("A name has at most 200 characters.")
    if new.trade not in trades():
        yield "trade", _("There is no trade “%(given)s”: choose one of the list.") % {"given": new.trade or "–"}
    if new.region_code not in regions:
        yield "region_code", _("There is no region %(given)s: write the county's six digits.") % {"given": new.region_code or "–"}
    if new.town_code and not (new.town_code.isdigit() and len(new.town_code) in (9, 12)):
        yield "town_code", _("A town has nine or twelve digits.")
    elif new.town_code and not new.town_code.startswith(new.region_code) and not new.region_code.endswith("00"):
        yield "town_code", _("This town lies in another region.")
    if len(new.address) > 300:
        yield "address", _("An address has at most 300 characters.")
    if new.risk_class and new.risk_class not in set(RiskClass):
        yield "risk_class", _("A risk class is red, orange, yellow or blue.")
    try:
        read_hours(new.shifts)
    except InvalidInput:
        yield "shifts", _("Write hours as 08:00-17:30, several joined by semicolons.")
    if len(new.shifts) > 200:
        yield "shifts", _("Registered hours have at most 200 characters.")


def _code(new: NewObject) -> Iterator[tuple[str, str]]:
    if new.kind not in set(ObjectKind):
        yield "kind", _("A kind is enterprise, site, place or equipment.")
        return
    if new.kind not in WITH_CREDIT_CODE:
        if new.credit_code:
            yield "credit_code", _("Only enterprises and sites have a credit code; a part has its firm's.")
        return
    if not 1 <= new.site_number <= MOST_SITES:
        yield "site_number", _("A site has a number from 1 to 999; the first is 1.")
    if new.kind is ObjectKind.SITE and not new.credit_code:
        yield "credit_code", _("A site has the credit code of its firm.")
    if not new.credit_code:
        return
    verdict = judge_credit_code(new.credit_code)
    if verdict is CreditCodeVerdict.LENGTH:
        yield (
            "credit_code",
            _("A credit code has 18 characters, this has %(count)d. Spreadsheets cut long numbers: make the column text.")
            % {"count": len(new.credit_code)},
        )
    elif verdict is CreditCodeVerdict.CHARACTER:
        meant = read_as(new.credit_code)
        yield (
            "credit_code",
            _("Credit codes have no I, O, S, V and Z. Is it %(meant)s?") % {"meant": meant}
            if meant
            else _("Credit codes have digits and letters without I, O, S, V and Z only."),
        )
    elif verdict is CreditCodeVerdict.CHECK:
        yield (
            "credit_code",
            _("The last character should be %(right)s: one character is wrong, compare it with the licence.")
            % {"right": check_character(new.credit_code[:-1])},
        )


def _figures(new: NewObject) -> Iterator[tuple[str, str]]:
    if (new.lon is None) != (new.lat is None):
        yield "lon", _("Longitude and latitude come together.")
    if new.lon is not None and not 73 <= new.lon <= 136:
        yield "lon", _("A longitude in China lies between 73 and 136; are longitude and latitude exchanged?")
    if new.lat is not None and not 3 <= new.lat <= 54:
        yield "lat", _("A latitude in China lies between 3 and 54.")
    if new.employees is not None and not 0 <= new.employees <= 10_000_000:
        yield "employees", _("The number of employees can't be read.")
    if not 0 <= new.solar_kwp <= 1_000_000:
        yield "solar_kwp", _("Own generation is a power in kW, 0 for none.")


def problems_of_person(new: NewPerson, roles: Collection[str]) -> list[Problem]:
    """Everything that is wrong with a person who answers."""
    found = []
    if new.role not in roles:
        found.append(Problem("role", _("There is no role “%(given)s”: choose one of the list.") % {"given": new.role or "–"}))
    if not new.name.strip() or len(new.name) > 120:
        found.append(Problem("name", _("A person has a name of at most 120 characters.")))
    if TELEPHONE.fullmatch(new.telephone) is None:
        found.append(Problem("telephone", _("A telephone number has digits, spaces, +, - and brackets.")))
    for field, most in (("post", 120), ("external_id", 60), ("required_certificate", 120)):
        if len(getattr(new, field)) > most:
            found.append(Problem(field, _("At most %(most)d characters.") % {"most": most}))
    return found
