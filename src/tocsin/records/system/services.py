"""What is written down of the installation itself."""

from django.db import transaction

from tocsin.bus.loops.leases import worker_name
from tocsin.bus.loops.standing import Health, Standing
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import system_actor
from tocsin.records.audit.services import record_audit
from tocsin.records.system.events import LoopFailing, LoopRecovered


@transaction.atomic
def tell_of_loop(standing: Standing) -> None:
    """A loop keeps failing, or works again: into the audit trail, and as an event to whoever runs the installation."""
    worker = worker_name()
    if standing.health is Health.FAILING:
        details = {"worker": worker, "failures": standing.failures, "error": standing.error}
        record_audit(system_actor(), "loop.failing", "loop", standing.name, region_code="", details=details)
        failing = LoopFailing(loop=standing.name, worker=worker, failures=standing.failures, error=standing.error)
        record_event(failing, region="")
    else:
        record_audit(system_actor(), "loop.recovered", "loop", standing.name, region_code="", details={"worker": worker})
        record_event(LoopRecovered(loop=standing.name, worker=worker), region="")
