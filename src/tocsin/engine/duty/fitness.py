"""Whether a person holds the certificate a post requires on a day."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from tocsin.engine.duty.shift import Certificate


class Fitness(StrEnum):
    """What the register says of a required certificate on a day."""

    FIT = "fit"
    MISSING = "missing"  # none of that name
    NOT_YET = "not_yet"  # issued later
    EXPIRED = "expired"
    REVOKED = "revoked"


_BEST_FIRST = (Fitness.FIT, Fitness.NOT_YET, Fitness.EXPIRED, Fitness.REVOKED, Fitness.MISSING)


def fitness_on(day: date, required: str, certificates: Iterable[Certificate]) -> Fitness:
    """The best any certificate of the required name gives on `day`.

    Dates outrank the status, which the register may hold late: 'valid' past its last day is expired. A certificate marked
    expired or revoked is not good even if its date lies ahead: somebody entered that. No requirement is always met.

    >>> fitness_on(date(2026, 3, 1), "licence", [Certificate("licence", date(2023, 3, 2), date(2026, 3, 1), "valid")]).value
    'fit'
    """
    if not required:
        return Fitness.FIT
    found = {_one(day, one) for one in certificates if one.name == required}
    return next((fitness for fitness in _BEST_FIRST if fitness in found), Fitness.MISSING)


def _one(day: date, certificate: Certificate) -> Fitness:
    if certificate.status == "revoked":
        return Fitness.REVOKED
    if certificate.status == "expired" or (certificate.expires is not None and day > certificate.expires):
        return Fitness.EXPIRED
    if certificate.issued is not None and day < certificate.issued:
        return Fitness.NOT_YET
    return Fitness.FIT
