"""Whether a database may be filled with made-up data: only an empty one, or one that says of itself that it is a demonstration.

The mark is a row that everybody sees: an organisation named "demonstration data".
"""

from tocsin.base.errors import Refusal

CODE = "demonstration"
REGION = "370213"


class NotADemonstration(Refusal):
    """The database holds real work."""

    code = "not_a_demonstration"


def is_marked() -> bool:
    """True where this database is a demonstration's."""
    from tocsin.jurisdiction.bodies.queries import organisation_by_code

    return organisation_by_code(CODE, REGION) is not None


def refuse_unless_demonstration_or_empty() -> None:
    """Returns for a marked database and for one that nobody works with yet; NotADemonstration otherwise."""
    from tocsin.jurisdiction.people.queries import visible_people
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.lifelines.queries.networks import visible_assets
    from tocsin.sensing.devices.queries.registry import visible_devices

    if is_marked():
        return
    actor = system_actor()
    found = {
        "devices": visible_devices(actor).count(),
        "assets": visible_assets(actor).count(),
        "people": visible_people(actor).exclude(pk=actor.pk).exclude(username="admin").count(),
    }
    if any(found.values()):
        counted = ", ".join(f"{count} {name}" for name, count in found.items() if count)
        raise NotADemonstration(
            f"this database holds {counted} and is not marked as a demonstration; made-up data does not go there."
            " Choose another folder with --data or TOCSIN_DATA."
        )


def mark() -> None:
    """Writes the mark; harmless when done twice."""
    from tocsin.jurisdiction.bodies.services import register_organisation
    from tocsin.jurisdiction.people.services.system import system_actor

    if not is_marked():
        register_organisation(
            actor=system_actor(),
            code=CODE,
            region_code=REGION,
            name_zh="演示数据",
            name_en="Demonstration data",
            kind="centre",
        )
