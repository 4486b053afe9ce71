"""The tables of this version: an empty database gets them from the models, any other is migrated.

To migrate an empty one takes many seconds, nearly all of them for states in between that nobody ever sees. Tests compare what
both ways leave: tables, columns, indexes, constraints and rows. So a migration may change rows that are there, and brings none.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_noop

from tocsin.base.errors import Conflict

if TYPE_CHECKING:
    from django.db.models import Model


OF_ANOTHER_VERSION = gettext_noop("install the version that wrote it, or restore the backup that was taken before that upgrade")
_NAMED = 5
ONE_AT_A_TIME = 7_426_000  # the advisory lock of PostgreSQL under which an installation is prepared


@contextmanager
def preparing() -> Iterator[None]:
    """Of several machines that are prepared at once one begins, and the others find all done. SQLite has one machine."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def bring_tables_up_to_date() -> None:
    """Harmless when done twice; where it is broken off, the next time goes on. Conflict where a later version was here."""
    if not connection.introspection.table_names():
        _make_tables()
    elif later := migrations_of_others(MigrationLoader(connection)):
        names = ", ".join(later[:_NAMED])
        raise Conflict(
            "another version wrote this database, and this one does not know %(names)s: %(mend)s",
            names=names,
            mend=Conflict(OF_ANOTHER_VERSION),
        )
    call_command("migrate", verbosity=0, interactive=False)


def migrations_of_others(loader: MigrationLoader) -> list[str]:
    """Those that are done in the database and that this version does not have, as `app.name`: a later version did them."""
    replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}
    ours = {*loader.disk_migrations, *replaced}
    done = (one for one in loader.applied_migrations if one[0] in loader.migrated_apps)
    return sorted(f"{app}.{name}" for app, name in done if (app, name) not in ours)


def _make_tables() -> None:
    """All tables and the note that every migration is done, in one transaction."""
    done: type[Model] = MigrationRecorder.Migration
    with connection.schema_editor(atomic=True) as editor:
        for model in (*apps.get_models(), done):
            editor.create_model(model)
        loader = MigrationLoader(None)
        replaced = {old for migration in loader.disk_migrations.values() for old in migration.replaces}  # by them Django judges
        done._default_manager.bulk_create([done(app=app, name=name) for app, name in sorted(replaced.union(loader.graph.nodes))])
