"""A chlorine leak of the demonstration: the estimate of its plant becomes a case and the draft of a warning."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from tocsin.workshop.demo.public.people import person
from tocsin.workshop.demo.public.timeline import Act

AREA_ZH: Final = "液氯罐区下风向"
AREA_EN: Final = "downwind of the chlorine tanks"


def acts_of_leaks(begin: datetime) -> Iterator[Act]:
    """The analyst drafts a warning from the estimate: its area and directions are those of the plume. Nobody issues it."""
    yield Act(begin + timedelta(minutes=14), draft_warning_of_leak, "a warning is drafted from the estimate of a chlorine leak")


def draft_warning_of_leak(now: datetime) -> None:
    """Nothing where no plant of the city has an estimate of a cloud."""
    from tocsin.hazchem.face import visible_estimates
    from tocsin.mobilisation.public_warnings.queries.sources import source_of
    from tocsin.mobilisation.public_warnings.rules.places import Plume
    from tocsin.mobilisation.public_warnings.services.drafts import NewWarning, draft_warning
    from tocsin.mobilisation.public_warnings.services.places import NewPlaces
    from tocsin.mobilisation.public_warnings.shown.first_words import first_words

    analyst = person("analyst")
    row = visible_estimates(analyst).first()
    source = None if row is None else source_of(analyst, "release", row.pk)
    if row is None or source is None or not isinstance(source.place, Plume):
        return
    area = source.place
    words = first_words(source.region_code, source.kind, "orange", area_zh=AREA_ZH, area_en=AREA_EN)
    words |= {f"measures_{language}": f"{text} {words[f'measures_{language}']}" for language, text in source.measures.items()}
    new = NewWarning(
        region_code=source.region_code,
        kind=source.kind,
        level="orange",
        places=NewPlaces(
            lat=area.lat,
            lon=area.lon,
            towards_deg=area.towards_deg,
            length_m=area.length_m,
            half_angle_deg=area.half_angle_deg,
        ),
        expires_at=now + timedelta(hours=3),
        source_kind="release",
        source_id=row.pk,
    )
    draft_warning(actor=analyst, new=replace(new, **words), now=now)  # type: ignore[arg-type]  # each of them is a text
