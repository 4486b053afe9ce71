"""The web process: pages, API and live updates."""

import uvicorn
from django.conf import settings
from django.db import connections

GRACEFUL_STOP_S = 1  # open live streams would keep the process alive for ever


def run() -> None:
    """Serves until SIGTERM."""
    configuration = settings.CONFIGURATION
    close_connections_with_requests()
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


def close_connections_with_requests() -> None:
    """Each request has a thread of its own here: a connection that outlived it would serve nobody and be missing elsewhere.

    PostgreSQL has a hundred as shipped; when they are used up by pages, doors and worker find none.
    """
    for database in connections.settings.values():
        database["CONN_MAX_AGE"] = 0
