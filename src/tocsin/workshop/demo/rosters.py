"""Who is on duty in the demonstration: the centre's watch day and night, and the desks of three owners."""

from datetime import date, datetime, timedelta

from tocsin.jurisdiction.rosters.rules import Member
from tocsin.simulation.city import City

# Organisation, Chinese and English name, user names and posts (Chinese, English) in their turn, handovers.
_ROSTERS = (
    ("monitoring_centre", "值班员", "Duty officer", ("duty_day", "duty"), "08:30, 17:30"),
    ("monitoring_centre", "带班领导", "Leader on shift", ("leader",), "08:30"),
    ("gas_company", "燃气调度", "Gas control room", ("gas_desk", ("夜班调度", "Night control room")), "08:00, 20:00"),
    ("heating_company", "热力调度", "Heating control room", ("heat_desk", ("夜班调度", "Night control room")), "08:00, 20:00"),
    ("drainage_bureau", "排水调度", "Drainage control room", ("drainage_desk",), "08:00"),
)
_NUMBER = "0532-0000-01{:02d}"  # numbers that nobody has


def settle_rosters(city: City, now: datetime) -> None:
    """Rosters from a week before `now` on; posts are reached by made-up numbers."""
    from django.utils import timezone

    from tocsin.jurisdiction.bodies import queries
    from tocsin.jurisdiction.contacts.services import points as services_points
    from tocsin.jurisdiction.people import queries as people_queries
    from tocsin.jurisdiction.people.services import system as services_system
    from tocsin.jurisdiction.rosters.services import rosters as services

    actor = services_system.system_actor()
    today: date = timezone.localtime(now).date()
    begun = today - timedelta(days=7)
    for number, (code, name_zh, name_en, turns, handovers) in enumerate(_ROSTERS, 1):
        body = queries.organisation_by_code(code, city.region_code)
        if body is None:
            raise LookupError(f"the demonstration has no organisation {code}")
        order = 2 if name_zh == "带班领导" else 1
        roster = services.create_roster(actor=actor, organisation_id=body.pk, name_zh=name_zh, name_en=name_en, order=order)
        teams: list[list[Member]] = []
        for turn in turns:
            if isinstance(turn, str):
                person = people_queries.person_by_username(turn)
                if person is None:
                    raise LookupError(f"the demonstration has no person {turn}")
                services_points.add_contact_point(
                    actor=actor, user_id=person.pk, kind="telephone", address=_NUMBER.format(number * 10 + len(teams))
                )
                teams.append([Member(person=person.pk)])
            else:
                post = services_points.add_post(actor=actor, organisation_id=body.pk, name_zh=turn[0], name_en=turn[1])
                services_points.add_contact_point(
                    actor=actor, post_id=post.pk, kind="telephone", address=_NUMBER.format(number * 10 + len(teams))
                )
                teams.append([Member(post=post.pk)])
        services.add_layer(
            actor=actor, roster_id=roster.pk, teams=teams, starts_on=begun, handovers=handovers, turn="shift", today=begun
        )
