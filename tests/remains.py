"""What a test leaves behind in its process, and how the next one finds none of it: no order of tests changes an outcome."""

import csv
import os
import sqlite3
import sys
from contextlib import closing
from functools import cache

from django.conf import settings
from django.core.cache import caches
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone, translation

from tests.databases import made
from tocsin.base import keys, server_settings
from tocsin.portal.configuration import Configuration

FORGOTTEN = (
    "atlas.layers.queries.ground._read",
    "atlas.layers.queries.ground.ground_tile",
    "atlas.layers.queries.streets._net",
    "atlas.layers.queries.terrain._about",
    "atlas.layers.queries.terrain._tile",
    "atlas.pictures.papers.drawing.base_of",
    "atlas.resources.queries.towns._outlines",
    "command.reports.queries.superiors._read",
    "mobilisation.figures.queries.editions._figures",
    "notices.channels.queries._tables",
    "records.versions.queries.policy_files",
    "screens.live.tables.live_entries",
    "screens.timeline._lines",
    "sensing.certificates.queries._revoked_by",
    "sensing.history.queries.expected._weather",
    "sensing.history.queries.expected.band_of_day",
    "sensing.history.queries.readings._history",
    "supervision.platforms.policy._read",
    "supervision.points.queries.rules.rules_of_version",
    "supervision.tasks.queries.rules.policy_of",
    "warning.alarms.shown.cases.alarm_cases",
    "warning.alarms.shown.sentences._contributed",
    "warning.alarms.shown.works._contributed",
    "warning.diagnosis.queries.surroundings._history",
    "warning.diagnosis.queries.template_sets._read_set",
)
"""Cached functions that depend on rows, on files of the data folder or on settings."""

KEPT = {
    "portal.navigation.address": "of the URL map",
    "atlas.layers.queries.base_map.region_codes": "a shipped file",
    "atlas.layers.queries.terrain_store.flat_tile": "of nothing",
    "bus.envelope._by_name": "of classes",
    "command.reports.api._schema": "of classes",
    "hazchem.releases.policy.substances.shipped_substances": "a shipped file",
    "hazchem.releases.shown.citations.citations": "a shipped file",
    "hazchem.zones.queries.zones._area": "of its arguments",
    "hazchem.releases.shown.words._shipped": "a shipped file",
    "jurisdiction.areas.rules.romanised.romanised": "of its argument",
    "jurisdiction.contacts.models._kinds": "of its argument",
    "jurisdiction.people.services.logins._gate": "locks",
    "jurisdiction.people.services.passwords.common_passwords": "a shipped file",
    "jurisdiction.people.services.start._shipped": "a shipped file",
    "records.setup.services.county._shipped": "a shipped file",
    "jurisdiction.rights.queries._accounts": "of classes",
    "mobilisation.hazard_reports.rules.codes._field": "tables of a standard",
    "mobilisation.hazard_reports.rules.codes._layout": "tables of a standard",
    "mobilisation.public_warnings.queries.warnings._provinces": "a shipped file",
    "mobilisation.public_warnings.queries.warnings._shapes": "a shipped file",
    "mobilisation.public_warnings.rules.cap.reading._schema": "a shipped file",
    "mobilisation.public_warnings.services.signer._key_of": "of its argument",
    "mobilisation.rewards.policy.reward_words": "a shipped file",
    "notices.messages.queries.contributions._gathered": "of its argument",
    "portal.templatetags.icons._drawn": "of its arguments",
    "records.handbook.queries.read_tours": "a shipped file",
    "records.handbook.queries.read_text": "shipped files, and the map of addresses",
    "records.imports.queries.kinds": "of the catalogue",
    "records.papers.services.press.press": "a place in which papers wait",
    "records.papers.services.printing._fonts": "shipped files",
    "records.papers.services.printing._templates": "shipped files",
    "records.versions.queries._mark_name": "of its argument",
    "screens.waiting._gathered": "of its argument",
    "screens.home._gathered": "of its argument",
    "screens.readiness._gathered": "of its argument",
    "sensing.doors.rules.lines.preparing": "machine code",
    "sensing.history.queries.expected._compile_elsewhere": "machine code",
    "sensing.history.queries.expected.prepare": "machine code",
    "warning.causes.policy.causes._shipped_figures": "a shipped file",
    "warning.causes.policy.causes.shipped_words": "a shipped file",
    "warning.outlook.queries._district": "of its arguments",
}
"""Cached functions whose answers hold for all tests, and of what they are."""


def configure(as_made: Configuration) -> None:
    """Every test begins with this configuration; commands that it calls read the same data folder from the environment."""
    settings.CONFIGURATION = as_made
    os.environ["TOCSIN_DATA"] = str(as_made.data)


def forget() -> None:
    """Nothing that an earlier test asked for, spoke or set for its requests is known any more. Costs some microseconds."""
    from tocsin.base.log_fields import bind_only
    from tocsin.lifelines.queries import networks as queries
    from tocsin.portal.apps import take_up_new_keys
    from tocsin.portal.middleware import TOLD_LATELY
    from tocsin.records.versions import queries as versions
    from tocsin.screens.budgets import requests as budgets
    from tocsin.warning.diagnosis.queries import surroundings

    translation.deactivate()  # a request of the test client leaves its language: what begins now speaks LANGUAGE_CODE
    timezone.deactivate()
    keys.keep_in(settings.CONFIGURATION.data)  # a test of keys has others: by them the next one's people would be signed out
    take_up_new_keys()
    caches["default"].clear()
    queries._networks.clear()
    surroundings._sensors.clear()
    versions.mark_path().unlink(missing_ok=True)
    server_settings.keep_settings(settings.CONFIGURATION.data, {})
    budgets.forget()
    TOLD_LATELY.forget()
    bind_only()
    for name in FORGOTTEN:
        module, function = f"tocsin.{name}".rsplit(".", 1)
        if module in sys.modules:
            getattr(sys.modules[module], function).cache_clear()


def restore_database(case: TransactionTestCase) -> None:
    """After a test whose transactions were real: the made database lies there again, with its regions. Quicker than Django's way,
    which empties each table by itself and leaves no region to the next test.
    """
    from tocsin.jurisdiction.areas.services import ensure_regions, ensure_towns

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(f"file:{made()}?immutable=1", uri=True)) as source:
            source.backup(connection.connection)
    else:
        with transaction.atomic():
            empty_tables()
            ensure_regions()
            ensure_towns()


AREAS = {"jurisdiction_region", "jurisdiction_town"}


@cache
def _shipped_areas() -> "tuple[list[tuple[str, ...]], dict[str, str]]":
    from tocsin.jurisdiction.areas.services import FILE, shipped_towns

    with FILE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return sorted(tuple(row[one] for one in _COLUMNS) for row in rows), shipped_towns()


_COLUMNS = ("code", "name_zh", "name_en", "level", "kind")


def areas_are_as_shipped() -> bool:
    """Whether no test entered, renamed or withdrew an area or town. To look is quicker than to write all of them anew."""
    from tocsin.jurisdiction.areas.models import Region, Town

    there = sorted(Region.objects.values_list(*_COLUMNS)), dict(Town.objects.values_list("code", "name_zh"))
    return there == _shipped_areas()


MADE_WITH_TABLES = {"auth_permission", "django_content_type"}
"""Tables that Django fills when it makes them."""


@transaction.atomic
def empty_tables() -> None:
    """Deletes all rows of PostgreSQL's tables that have some, one table or three, where Django's way empties all three hundred.
    Keys from one to the other are looked at only when all is done.
    """
    quote = connection.ops.quote_name
    kept = MADE_WITH_TABLES | (AREAS if areas_are_as_shipped() else set())
    tables = sorted(set(connection.introspection.django_table_names()) - kept)
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {quote(table)})" for table in tables)  # noqa: S608 - names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(asked)
        for (table,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608 - as above
