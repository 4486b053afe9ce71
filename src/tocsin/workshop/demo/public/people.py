"""Accounts of those who answer the public: report officers, a cashier, keepers of sealed names, a supervisor of secrecy."""

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyrage

from tocsin.workshop.demo.memory import Login

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User

KEYS = "identity-keys"  # folder of the demonstration; in service such a key never lies on the server
_OFFICERS = (
    ("report_officer", "reports", "举报受理员甲（演示）", "emergency_bureau"),
    ("report_officer", "reports2", "举报受理员乙（演示）", "emergency_bureau"),
    ("cashier", "cashier", "出纳（演示）", "emergency_bureau"),
    ("identity_keeper", "keeper_a", "身份保管员甲（演示）", "emergency_bureau"),
    ("identity_keeper", "keeper_b", "身份保管员乙（演示）", "government_duty_room"),
    ("secrecy_supervisor", "secrecy", "保密监督员（演示）", "government_duty_room"),
)


def person(username: str) -> "User":
    """The account of that name; LookupError where there is none."""
    from tocsin.jurisdiction.people.queries import person_by_username

    found = person_by_username(username)
    if found is None:
        raise LookupError(f"the demonstration has no person {username}")
    return found


def settle_officers(region_code: str, data: Path, now: datetime) -> tuple[Login, ...]:
    """The accounts, and a pair of keys for each keeper: the private halves in a folder of the demonstration, to be tried out."""
    from tocsin.jurisdiction.bodies.queries import organisation_by_code
    from tocsin.jurisdiction.people.services.accounts import create_person, new_one_time_password
    from tocsin.jurisdiction.people.services.grants import grant_role
    from tocsin.jurisdiction.people.services.system import system_actor

    logins = []
    for role, username, name, body in _OFFICERS:
        organisation = organisation_by_code(body, region_code)
        password = new_one_time_password()
        user, _ = create_person(
            actor=system_actor(),
            username=username,
            name=name,
            organisation_id=organisation.pk if organisation else None,
            password=password,
        )
        grant_role(actor=system_actor(), user=user, role=role, region_code=region_code)
        logins.append(Login(role, username, password))
    _install_keys(data / KEYS, now)
    return tuple(logins)


def _install_keys(folder: Path, now: datetime) -> None:
    from tocsin.mobilisation.hazard_reports.rules.sealing import Slot
    from tocsin.mobilisation.hazard_reports.services.keys import decide_key, propose_key

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for slot in Slot:
        pair = pyrage.x25519.Identity.generate()
        username = f"keeper_{slot.value}"
        file = os.open(folder / f"{username}.key", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(file, "w") as key:
            key.write(f"{pair}\n")
        made = propose_key(actor=person(username), slot=slot, recipient=str(pair.to_public()), now=now)
        decide_key(actor=person("secrecy"), key_id=made.pk, taken=True, now=now)
