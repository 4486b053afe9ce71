"""The loops that end agreements after their last day, tell their readers how the rows stand, and make files of selections."""

from tocsin.atlas.exchange.services.agreements import lapse_agreements
from tocsin.atlas.exchange.services.making import FileMaker
from tocsin.atlas.exchange.services.selection_files import lapse_selection_files
from tocsin.atlas.exchange.services.standing import tell_readers
from tocsin.bus.loops.rows import Loop

LOOPS = (
    Loop(name="lapse-agreements", work=lapse_agreements, period_s=600.0, lease_s=300.0, by_clock=True),
    Loop(name="tell-readers", work=tell_readers, period_s=60.0, lease_s=120.0, by_clock=True),
    Loop(
        name="make-selection-files",
        work=FileMaker(),
        period_s=30.0,
        wakes_on=("atlas.SelectionFile",),
        rest_s=0.5,
        lease_s=120.0,
    ),
    Loop(name="lapse-selection-files", work=lapse_selection_files, period_s=60.0, lease_s=120.0),
)
