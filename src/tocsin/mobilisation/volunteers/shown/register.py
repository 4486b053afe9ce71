"""Entries of the register as people and programs read them."""

from datetime import date, datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.jurisdiction.face import contact_points_of
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.register import consents, is_reachable, skills_that_count
from tocsin.mobilisation.volunteers.rules.register import Kind, Standing, blurred
from tocsin.mobilisation.volunteers.shown.names import KIND_NAMES, STANDING_CLASSES, STANDING_NAMES, skill_name
from tocsin.screens.words import listed


class AbilityOut(Schema):
    id: UUID
    code: str
    name: str
    quantity: int = Field(description="people of the team who can, or machines")
    certificate: str = Field(description="its number; empty for who may not call this volunteer")
    valid_until: date | None
    note: str
    counts: bool = Field(description="false: the certificate is missing or has expired")


class VolunteerOut(Schema):
    """An entry of the register. Home and numbers are exact for who may call them, else blurred to a grid cell and left out."""

    id: UUID
    name: str
    kind: str
    kind_name: str
    body: str
    region_code: str
    place: str
    lon: float | None
    lat: float | None
    blurred: bool = Field(description="the place is the middle of a grid cell")
    most_km: float | None = Field(description="as far as they are willing to go")
    standing: str
    standing_name: str
    reason: str
    on_call: bool = Field(description="a call has them: nobody else can have them")
    abilities: list[AbilityOut]
    entered_at: datetime
    consents: bool = Field(description="to the text in force")
    consent_version: str
    consent_at: datetime | None
    reachable: bool = Field(description="a number of theirs is confirmed")
    numbers: list[str]

    @property
    def css(self) -> str:
        """How a page marks the standing."""
        return STANDING_CLASSES.get(Standing(self.standing), "")

    @property
    def skills(self) -> str:
        """What counts of what they can do, in words."""
        return listed(*(f"{one.name} × {one.quantity}" if one.quantity > 1 else one.name for one in self.abilities if one.counts))


def describe_volunteer(volunteer: Volunteer, *, exact: bool, day: date) -> VolunteerOut:
    """One entry; its user, body and abilities are loaded. `exact`: the reader may call them, or is them."""
    lon, lat = volunteer.lon, volunteer.lat
    if not exact and lon is not None and lat is not None:
        lon, lat = blurred(lon, lat, volunteers_policy().place.cell_deg)
    counting = skills_that_count(volunteer, day)
    return VolunteerOut(
        id=volunteer.pk,
        name=str(volunteer),
        kind=volunteer.kind,
        kind_name=str(KIND_NAMES[Kind(volunteer.kind)]),
        body=str(volunteer.body),
        region_code=volunteer.region_code,
        place=volunteer.place if exact else "",
        lon=lon,
        lat=lat,
        blurred=not exact and lon is not None,
        most_km=volunteer.most_km,
        standing=volunteer.standing,
        standing_name=str(STANDING_NAMES[Standing(volunteer.standing)]),
        reason=volunteer.reason if exact else "",
        on_call=volunteer.reserved_for is not None,
        abilities=[
            AbilityOut(
                id=one.pk,
                code=one.code,
                name=skill_name(one.code),
                quantity=one.quantity,
                certificate=one.certificate if exact else "",
                valid_until=one.valid_until,
                note=one.note if exact else "",
                counts=one.code in counting,
            )
            for one in volunteer.abilities.all()
        ],
        entered_at=volunteer.entered_at,
        consents=consents(volunteer),
        consent_version=volunteer.consent_version,
        consent_at=volunteer.consent_at,
        reachable=is_reachable(volunteer),
        numbers=[one.address for one in contact_points_of(volunteer.user).points] if exact else [],
    )
