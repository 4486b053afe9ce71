"""Who is on post in the made-up firms: rosters and certificates as a firm enters them, signs as gates and cards send them."""

from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tocsin.base.time import datetime_from_ms
from tocsin.workshop.demo.firms.cast import CAUGHT, POST_NAMES, Cast, credit_code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from tocsin.jurisdiction.people.models import User
    from tocsin.supervision.posts.services.signs import NewSign

ACCOUNT_ROLE = "safety_officer"  # of the firm that is caught: who answers roll calls with the account of the demonstration


def settle_duty(cast: Cast) -> int:
    """Rosters, certificates and signs until the first moment; one person has an account. Returns how many shifts there are."""
    from tocsin.jurisdiction.people.services.system import system_actor

    actor, now = system_actor(), datetime_from_ms(cast.begin_ms)
    people = _people(actor)
    shifts = _settle_rosters(cast, actor, now)
    _settle_certificates(cast, people, actor)
    _settle_account(cast, actor)
    push_signs(cast, 0, cast.begin_ms, now)
    return shifts


def push_signs(cast: Cast, from_ms: int, to_ms: int, now: datetime) -> int:
    """Sends the signs with `from_ms` <= time < `to_ms` as gates and positioning do; returns how many."""
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.supervision.posts.policy import duty_policy
    from tocsin.supervision.posts.services.signs import take_signs

    signs = list(_signs(cast, from_ms, to_ms))
    step = duty_policy().keeping.signs_at_once
    for start in range(0, len(signs), step):
        take_signs(actor=system_actor(), signs=signs[start : start + step], now=now)
    return len(signs)


def _signs(cast: Cast, from_ms: int, to_ms: int) -> "Iterator[NewSign]":
    from tocsin.supervision.posts.services.signs import NewSign

    table, ts = cast.made.tables["signs"], _times(cast)
    for row in np.flatnonzero((ts >= from_ms) & (ts < to_ms)).tolist():
        person = str(table["person_id"][row])
        yield NewSign(
            firm=credit_code(person.partition("-")[0]),
            person=person,
            source=str(table["source"][row]),
            at=datetime_from_ms(int(ts[row])),
            value=float(table["value"][row]),
        )


@cache
def _times(cast: Cast) -> "np.ndarray[Any, Any]":
    return np.asarray(cast.made.tables["signs"]["ts"])


def _people(actor: "User") -> "dict[str, UUID]":
    from tocsin.supervision.objects.queries.register import visible_people

    return dict(visible_people(actor).exclude(external_id="").values_list("external_id", "pk"))


def _settle_rosters(cast: Cast, actor: "User", now: datetime) -> int:
    from tocsin.supervision.objects.queries.register import visible_objects
    from tocsin.supervision.posts.services.rosters import NewShift, enter_shifts, rows_from

    by_firm: dict[str, list[NewShift]] = {}
    for row in cast.rows("roster"):
        start, end = datetime_from_ms(int(row["shift_start"])), datetime_from_ms(int(row["shift_end"]))
        post = POST_NAMES.get(row["post"], row["post"] or "")
        shift = NewShift(row["person_id"], start, end, row["role"], post, bool(row["leave"]))
        by_firm.setdefault(credit_code(row["person_id"].partition("-")[0]), []).append(shift)
    count = 0
    for pk, code in visible_objects(actor).filter(credit_code__in=by_firm).values_list("pk", "credit_code"):
        result = enter_shifts(actor=actor, object_id=pk, rows=rows_from(by_firm[code]), leave_wrong=True, now=now)
        count += result.new
    return count


def _settle_certificates(cast: Cast, people: "dict[str, UUID]", actor: "User") -> None:
    from tocsin.supervision.posts.services.certificates import add_certificate, revoke_certificate

    for row in cast.rows("certificates"):
        made = add_certificate(
            actor=actor,
            person_id=people[row["person_id"]],
            name=row["certificate"],
            issued=_day(row["issued"]),
            expires=_day(row["expires"]),
        )
        if row["status"] == "revoked":
            revoke_certificate(actor=actor, certificate_id=made.pk)


def _settle_account(cast: Cast, actor: "User") -> None:
    """The account of the firm that is caught belongs to its safety officer, who can answer when called."""
    from tocsin.supervision.objects.queries.register import visible_people
    from tocsin.supervision.objects.rules.register import NewPerson
    from tocsin.supervision.objects.services.register import change_person

    own = visible_people(actor).filter(external_id__startswith=f"{CAUGHT}-", role=ACCOUNT_ROLE)
    person = own.order_by("external_id").first()
    if person is not None:
        fields = ("role", "name", "post", "telephone", "external_id", "required_certificate")
        new = NewPerson(username="firm", **{name: getattr(person, name) for name in fields})
        change_person(actor=actor, person_id=person.pk, new=new)


def _day(text: Any) -> date | None:
    return date.fromisoformat(str(text)) if text else None
