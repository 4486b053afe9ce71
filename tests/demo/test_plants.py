"""Plants of the demonstration: graded, and one estimate of a leak whose zones lie downwind."""

import pytest

from tests.people import make_named_person
from tests.supervision.firms import NOW, make_object
from tocsin.hazchem.installations.models import PlantUnit
from tocsin.hazchem.releases.models import ReleaseEstimate
from tocsin.hazchem.releases.queries.estimates import answer_of_row, zones_of
from tocsin.mobilisation.public_warnings.models import PublicWarning
from tocsin.workshop.demo.plants import settle_plants
from tocsin.workshop.demo.public.leaks import draft_warning_of_leak


@pytest.mark.django_db
def test_firms_with_major_hazards_have_units_and_others_none() -> None:
    make_named_person("supervisor", "supervisor")
    for number, trade in enumerate(("chlor_alkali", "fine_chemical_batch", "restaurant")):
        make_object(f"firm {number}", trade=trade, major_hazard=trade != "restaurant", lon=120.4, lat=36.2)
    assert settle_plants(NOW) == 2
    grades = {one.name: (one.grade, one.grade_now) for one in PlantUnit.objects.all()}
    assert grades == {"液氯罐区": ("I", "II"), "溶剂罐区": ("IV", "IV")}
    zones = zones_of(answer_of_row(ReleaseEstimate.objects.get()))
    assert zones and all(zone.shape.bounds[1] < 36.2 for zone in zones)
    make_named_person("analyst", "analyst")
    draft_warning_of_leak(NOW)
    warning = PublicWarning.objects.get()
    assert (warning.source_kind, warning.state) == ("release", "draft")
    assert warning.places[0]["towards_deg"] == 150 and "横着风向" in warning.texts["zh"]["measures"]
