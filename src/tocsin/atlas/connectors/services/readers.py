"""Which reader belongs to which kind of source, and what each is given."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from tocsin.atlas.connectors.policy import connector_policy
from tocsin.atlas.connectors.queries import folder_of
from tocsin.atlas.connectors.rules.sources import (
    BusSource,
    DatabaseSource,
    FeaturesSource,
    FolderSource,
    HttpSource,
    MysqlSource,
    S3Source,
    Source,
    WfsSource,
)
from tocsin.atlas.connectors.services.sources.bus import fetch_bus, gathered_at
from tocsin.atlas.connectors.services.sources.database import fetch_table
from tocsin.atlas.connectors.services.sources.errands import Errand, Fetched, Gathering
from tocsin.atlas.connectors.services.sources.folder import fetch_folder
from tocsin.atlas.connectors.services.sources.http import fetch_http
from tocsin.atlas.connectors.services.sources.mysql import fetch_mysql
from tocsin.atlas.connectors.services.sources.ogc_features import fetch_features
from tocsin.atlas.connectors.services.sources.s3 import fetch_s3
from tocsin.atlas.connectors.services.sources.wfs import fetch_wfs
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.queries.rows import folder
from tocsin.federation.services.downloads import Limits

READERS: Final[dict[type, Callable[[Any, Errand], Fetched]]] = {
    HttpSource: fetch_http,
    FeaturesSource: fetch_features,
    WfsSource: fetch_wfs,
    DatabaseSource: fetch_table,
    MysqlSource: fetch_mysql,
    S3Source: fetch_s3,
    FolderSource: fetch_folder,
    BusSource: fetch_bus,
}


def bring(source: Source, errand: Errand) -> Fetched:
    """Fetches; Unreadable says why nothing came. It asks no database, so that any thread may do it."""
    return READERS[type(source)](source, errand)


def errand_to(
    into: Path, slug: str, *, secret: str, mark: dict[str, str], trial: bool = False, is_undecided: bool = False
) -> Errand:
    """What a fetch is bounded by, as the policy in force says; its time runs from now on. `is_undecided`: the last delivery is
    set aside, and somebody has to decide; a bus then makes the next one later.
    """
    policy = connector_policy()
    bus = policy.bus
    gathering = Gathering(
        path=gathered_at(folder(), slug),
        slug=slug,
        messages=bus.most_messages + 1 if is_undecided else bus.messages,
        wait_s=bus.after_broken_min * 60 if is_undecided else bus.gather_s,
        most_messages=bus.most_messages,
        most_aside=bus.set_aside,
    )
    most = policy.trial.megabytes if trial else min(policy.fetch.megabytes, resource_policy().reading.most_megabytes)
    seconds = policy.trial.seconds if trial else policy.fetch.seconds
    return Errand(
        into=into,
        limits=Limits(most * 1_000_000, time.monotonic() + seconds, policy.networks),
        most_pages=policy.fetch.pages,
        secret=secret,
        mark=mark,
        folder=folder_of(slug),
        quiet_s=policy.schedule.quiet_s,
        trial=trial,
        gathering=gathering,
    )
