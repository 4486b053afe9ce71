"""Where a case is, and which bodies run and keep it there."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import root_of
from tocsin.jurisdiction.face import bodies_with_duty

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation


def keeper_of(case: Case, *, at: datetime) -> "Organisation | None":
    """The local government that keeps a case while its owner is unclear (属地兜底); None where no government has that duty."""
    return next(iter(bodies_with_duty(kind="government", region_code=case.region_code, at=at)), None)


PLACED: Final = ("keeper__region", "drill", "lead__sensor__asset__owner", "lead__asset__owner")
"""What is read with cases of which many are asked where they are and whose."""


def asset_of(case: Case) -> Any:
    """What the lead alarm rang at, None where nothing is mapped."""
    lead = root_of(case).lead
    if lead is None:
        return None
    return lead.asset if lead.sensor is None else lead.sensor.asset


def place_kind_of(case: Case) -> str:
    """In what it rings, else in what a person saw it, a kind of the networks' objects; empty where nobody knows."""
    asset = asset_of(case)
    return str(asset.kind) if asset is not None else root_of(case).place_kind


def centre_of(region_code: str, at: datetime) -> "Organisation | None":
    """The desk that runs cases of the region: the monitoring centre, else the government's duty room."""
    for kind in ("centre", "government"):
        found = bodies_with_duty(kind=kind, region_code=region_code, at=at)
        if found:
            return found[0]
    return None
