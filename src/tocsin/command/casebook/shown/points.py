"""Open cases as points of a map."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.queries.standing import CasePoint
from tocsin.command.casebook.shown.cases import STATE_NAMES
from tocsin.command.casebook.shown.titles import title_of
from tocsin.screens.geojson import Feature, point
from tocsin.screens.words import LEVEL_NAMES, quantity_name


def case_features(rows: Iterable[CasePoint]) -> list[Feature]:
    """GeoJSON points of `queries.standing.case_points`; words are looked up once, since there may be ten thousand."""
    states = {state.value: str(name) for state, name in STATE_NAMES.items()}
    levels = {
        level.value: (str(LEVEL_NAMES[level.value]), "unknown" if not level else level.name.lower()) for level in AlarmLevel
    }
    quantities: dict[str, str] = {}
    mark = _("【DRILL】")
    found: list[Feature] = []
    for row in rows:
        if row.lon is None or row.lat is None:
            continue
        title = title_of(row.title, row.matter) or quantities.setdefault(row.quantity, quantity_name(row.quantity))
        level_name, shape = levels[row.level]
        drawn = point(
            row.lon,
            row.lat,
            name=f"{mark if row.drill else ''}{row.number}",
            words=" · ".join(filter(None, (title, level_name, states[row.state]))),
            url=f"/cases/{row.number}/",
            shape=shape,
            id=str(row.id),
            number=row.number,
            state=row.state,
            level=row.level,
            drill=row.drill,
            title=title,
        )
        found.append(drawn)
    return found
