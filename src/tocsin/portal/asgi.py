"""The ASGI application that uvicorn serves."""

import os

from django.conf import settings
from django.core.asgi import get_asgi_application

from tocsin.portal.request_limit import RequestLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
BYTES_PER_MEGABYTE = 1_000_000
django_application = get_asgi_application()

from tocsin.sensing.face import prepare_expectations  # noqa: E402 - Django must be set up first

prepare_expectations()
application = RequestLimit(django_application, round(settings.CONFIGURATION.largest_request_megabytes * BYTES_PER_MEGABYTE))
