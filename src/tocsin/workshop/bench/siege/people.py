"""The people of the besieged town: a crew that sends pictures, a reader, a desk in every body with a telephone."""

from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from tocsin.jurisdiction.bodies.models import Organisation
    from tocsin.jurisdiction.rights.rules import Permission

SEES: "tuple[Permission, ...]" = ("alarms.see", "history.see", "cases.see", "sensors.see", "assets.see")


def make_people(region: str, *, with_telephones: bool) -> dict[str, str]:
    """Their tokens by what they do: `crew`, `reader`, `greedy`."""
    from tocsin.jurisdiction.contacts.services.points import add_contact_point
    from tocsin.jurisdiction.people.services import accounts, grants
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.jurisdiction.people.services.tokens import create_token

    actor = system_actor()
    bodies = ensure_organisations(region)
    if with_telephones:
        for number, body in enumerate(bodies.values()):
            add_contact_point(actor=actor, organisation_id=body.pk, kind="sms", address=f"1390000{number:04d}", order=1)
    people: list[tuple[str, str, Organisation | None, tuple[Permission, ...]]] = [
        ("crew", "utility_crew", bodies["drainage_bureau"], ("orders.work",)),
        ("reader", "duty_officer", None, SEES),
        ("greedy", "duty_officer", None, SEES),
    ]
    tokens = {}
    for name, role, of_body, scopes in people:
        user, _password = accounts.create_person(
            actor=actor,
            username=name,
            name=name,
            organisation_id=of_body.pk if of_body else None,
            password=accounts.new_one_time_password(),
        )
        grants.grant_role(actor=actor, user=user, role=role, region_code=region)
        user.must_change_password = False
        user.save(update_fields=["must_change_password"])
        tokens[name] = create_token(user=user, name=name, scopes=scopes, now=timezone.now())[1]
    return tokens
