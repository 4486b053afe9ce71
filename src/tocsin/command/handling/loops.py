"""The loops that open cases for demanded inspections and end those that are decided. They may die at any moment."""

from tocsin.bus.loops.rows import Loop
from tocsin.command.handling.services.dangers import open_cases_of_dangers
from tocsin.command.handling.services.demands import end_decided_cases, open_demanded_cases
from tocsin.command.handling.services.doors import open_cases_of_doors
from tocsin.command.handling.services.sightings import open_cases_of_sightings

LOOPS = (
    Loop(name="open-cases-of-sightings", work=open_cases_of_sightings, period_s=5.0, wakes_on=("vision.Sighting",)),
    Loop(name="open-cases-of-dangers", work=open_cases_of_dangers, period_s=5.0, wakes_on=("mobilisation.HazardReport",)),
    Loop(name="open-cases-of-doors", work=open_cases_of_doors, period_s=5.0, wakes_on=("mobilisation.Door",)),
    Loop(name="open-demanded-cases", work=open_demanded_cases, period_s=5.0, wakes_on=("supervision.Episode",)),
    Loop(name="end-decided-cases", work=end_decided_cases, period_s=5.0, wakes_on=("supervision.Episode",)),
)
