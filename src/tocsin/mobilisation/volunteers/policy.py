"""`policy.toml` as frozen values."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")

type Share = Annotated[float, msgspec.Meta(gt=0, le=1000)]
type Minutes = Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60)]


class Consent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What whoever registers consents to. A new text is a new version, and is asked for anew."""

    version: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    first: date
    confidence: Literal["A", "B", "C"]
    zh: str
    en: str


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How homes are blurred."""

    cell_deg: Annotated[float, msgspec.Meta(ge=0.005, le=0.5)]


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How volunteers are called and watched over."""

    answer_min: Minutes
    radius_km: Share
    most_radius_km: Share
    most_called: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    burden_m_per_h: Annotated[float, msgspec.Meta(ge=0)]
    burden_days: Annotated[int, msgspec.Meta(ge=1, le=366)]
    rest_h: Annotated[float, msgspec.Meta(ge=0, le=72)]
    rest_per_h_served: Annotated[float, msgspec.Meta(ge=0, le=5)]
    accept_to_leave_min: Minutes
    way_min: Minutes
    check_in_min: Minutes
    home_min: Minutes


class Certificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Certificates of skills."""

    warn_days: Annotated[int, msgspec.Meta(ge=1, le=366)]


class NeedTimes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long needs hold."""

    lapse_h: Annotated[int, msgspec.Meta(ge=1, le=720)]
    most_lapse_h: Annotated[int, msgspec.Meta(ge=1, le=720)]
    warn_h: Annotated[int, msgspec.Meta(ge=1, le=720)]


class Keep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long rows are kept."""

    calls_days: Annotated[int, msgspec.Meta(ge=30)]
    refused_days: Annotated[int, msgspec.Meta(ge=1)]


class Skill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that people can do, or a machine that they bring."""

    code: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{2,30}$")]
    zh: str
    en: str
    kind: Literal["skill", "machine"]
    certificate: bool


class VolunteersPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    consent: Consent
    place: Place
    call: Call
    certificate: Certificate
    need: NeedTimes
    keep: Keep
    skill: tuple[Skill, ...]

    @property
    def skills(self) -> dict[str, Skill]:
        """Every skill by its code, in the order of forms."""
        return {one.code: one for one in self.skill}

    @property
    def burden_span(self) -> timedelta:
        """The time whose served hours count as burden."""
        return timedelta(days=self.call.burden_days)


def _check(policy: VolunteersPolicy, source: str) -> None:
    codes = [one.code for one in policy.skill]
    if twice := [one for one in codes if codes.count(one) > 1]:
        raise ValueError(f"{source}: skill {twice[0]} stands there twice")
    if policy.call.radius_km > policy.call.most_radius_km:
        raise ValueError(f"{source}: call.radius_km is larger than call.most_radius_km")
    if not policy.need.warn_h < policy.need.lapse_h <= policy.need.most_lapse_h:
        raise ValueError(f"{source}: need.warn_h < need.lapse_h <= need.most_lapse_h does not hold")


VOLUNTEERS = PolicyFile("mobilisation.volunteers", FILE, reader(VolunteersPolicy, _check), "社会力量", "Volunteers")


def volunteers_policy() -> VolunteersPolicy:
    """The policy in force."""
    return VOLUNTEERS.current()
