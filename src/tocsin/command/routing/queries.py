"""Whom a case concerns, as bodies of this moment, and by which ways each of them is reached."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import root_of
from tocsin.command.casebook.rules.cases import FAULT
from tocsin.command.routing.policy.routing import routing
from tocsin.command.routing.rules import LikelyCause, Why

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation


@dataclass(frozen=True)
class Concerned:
    """A body that a case concerns: as what, and which likely causes would be its own."""

    organisation: "Organisation"
    why: Why
    causes: tuple[LikelyCause, ...]


def lifeline_of(case: Case) -> str:
    """The lifeline that a case is about: as a person said, else by what was measured; empty where neither tells."""
    lead = root_of(case).lead
    if case.kind == FAULT:
        return ""
    return case.kind or (
        routing(case.region_code, case.opened_at).lifeline_of_quantity.get(lead.quantity, "") if lead is not None else ""
    )
