"""As whom a demonstration shows its visitors around, each by the guided tour of the handbook that was written for that work."""

from collections.abc import Iterable

from tocsin.workshop.demo.memory import Login

SHOWN_AROUND = ("duty", "gas_crew", "inspector", "firm", "sysadmin")


def tour_lines(people: Iterable[Login], console_url: str) -> list[str]:
    """For each of them who is there: the role, the address at which the tour begins, and the password."""
    known = {one.username: one for one in people}
    found = [known[name] for name in SHOWN_AROUND if name in known]
    return [f"{one.role.replace('_', ' '):<21} {console_url}login/?tour={one.username}  password {one.password}" for one in found]
