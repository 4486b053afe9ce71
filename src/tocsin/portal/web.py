"""The web process: pages, API and live updates."""

import uvicorn
from django.conf import settings

GRACEFUL_STOP_S = 1  # open live streams would keep the process alive for ever


def run() -> None:
    """Serves until SIGTERM."""
    configuration = settings.CONFIGURATION
    uvicorn.run(
        "tocsin.portal.asgi:application",
        host=configuration.http_host,
        port=configuration.http_port,
        lifespan="off",
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(configuration.trusted_proxies),
        forwarded_allow_ips=list(configuration.trusted_proxies),
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
    )
