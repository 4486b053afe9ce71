"""The ASGI application that uvicorn serves."""

import os

import django
from django.conf import settings

from tocsin.portal.request_limit import RequestLimit
from tocsin.screens.budgets.policy import BUDGETS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
BYTES_PER_MEGABYTE = 1_000_000
django.setup(set_prefix=False)

from tocsin.portal.handler import OneGoHandler  # noqa: E402
from tocsin.portal.lanes import Lanes  # noqa: E402 - Django must be set up first
from tocsin.sensing.face import prepare_expectations  # noqa: E402

prepare_expectations()


def largest_bytes() -> int:
    """As it stands now: it may be entered by page."""
    return round(settings.CONFIGURATION.now.largest_request_megabytes * BYTES_PER_MEGABYTE)


application = RequestLimit(Lanes(OneGoHandler(), BUDGETS.current()), largest_bytes)
