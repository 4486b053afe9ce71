"""Loops of certificates: what ends soon or is overdue is told, and makers' lists are fetched."""

from tocsin.bus.loops.rows import Loop
from tocsin.sensing.certificates.services.lists import fetch_lists
from tocsin.sensing.certificates.services.telling import tell_ending_certificates, tell_overdue_lists

LOOPS = (
    Loop(name="tell-ending-certificates", work=tell_ending_certificates, period_s=3600.0, lease_s=120.0),
    Loop(
        name="fetch-revocation-lists",
        work=fetch_lists,
        period_s=60.0,
        lease_s=600.0,
        wakes_on=("sensing.ListSource",),
        rest_s=2.0,
    ),
    Loop(name="tell-overdue-lists", work=tell_overdue_lists, period_s=600.0, lease_s=120.0),
)
