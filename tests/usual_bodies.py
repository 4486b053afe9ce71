"""The usual bodies of a region for tests that need some: made once by the product, then put there again as the same rows."""

import copy

from django.db import transaction

from tocsin.jurisdiction.bodies.models import Duty, Organisation
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.people.services.system import system_actor

_MADE: dict[str, tuple[list[Organisation], list[Duty]]] = {}
"""Region -> what the product wrote into a database without bodies, superiors before those below them."""


@transaction.atomic
def usual_bodies(region_code: str) -> dict[str, Organisation]:
    """As `ensure_organisations`, at a tenth of its price; the audit trail tells of it in the first test only.

    Where a test has bodies already, the product itself makes what is missing.
    """
    if Organisation.objects.exists():
        return ensure_organisations(region_code)
    if region_code not in _MADE:
        ensure_organisations(region_code)
        bodies = list(Organisation.objects.all())
        by_height = sorted(bodies, key=lambda one: len(_superiors(one)))
        _MADE[region_code] = (by_height, list(Duty.objects.all()))
    system_actor()
    bodies, duties = _MADE[region_code]
    if not Organisation.objects.exists():
        Organisation.objects.bulk_create(map(_new, bodies))
        Duty.objects.bulk_create(map(_new, duties))
    found = Organisation.objects.filter(region_id=region_code).select_related("region")
    return {one.code: one for one in found}


def _superiors(body: Organisation) -> list[Organisation]:
    return [] if body.superior is None else [body.superior, *_superiors(body.superior)]


def _new[Row: (Organisation, Duty)](row: Row) -> Row:
    fresh = copy.copy(row)
    fresh._state = copy.copy(row._state)
    fresh._state.adding, fresh._state.fields_cache = True, {}
    return fresh
