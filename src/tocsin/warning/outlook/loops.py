"""The loop that looks for the causes of alarms, and what may follow from them. It may die at any moment."""

from datetime import datetime

from tocsin.bus.loops.rows import Loop, seconds_until
from tocsin.warning.alarms.queries.due import next_diagnosis_at
from tocsin.warning.diagnosis.services.diagnoses import work_on_next_task
from tocsin.warning.diagnosis.services.replays import work_on_next_replay
from tocsin.warning.outlook.queries import look_ahead


def diagnose(*, now: datetime) -> bool:
    """One due diagnosis, or a replay while none is due."""
    return work_on_next_task(look_ahead) or work_on_next_replay()


def diagnosis_due() -> float | None:
    """When the next task is free; diagnoses are due by the machine's clock."""
    return seconds_until(next_diagnosis_at(), by_machine=True)


LOOPS = (
    Loop(
        name="diagnose-alarms",
        work=diagnose,
        due=diagnosis_due,
        period_s=5.0,
        wakes_on=("warning.DiagnosisTask", "warning.ReplayResult"),
    ),
)
