from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Files that were given before become imports with the same id: what waited still waits."""
    imports, rows = apps.get_model("records", "TableImport"), apps.get_model("records", "ImportRow")
    given = apps.get_model("supplies", "CatalogueTable")  # type: ignore[misc]  # it is no model any more
    for old in given.objects.iterator():
        columns = list(dict.fromkeys(name for one in old.rows for name in one["cells"]))
        made = imports.objects.create(
            id=old.pk,
            kind="supply-items",
            region_code=old.region_code,
            file_name=old.file_name,
            at=old.at,
            by_id=old.by_id,
            headings=columns,
            columns=columns,
            lines=len(old.rows),
            taking_at=old.taken_at,
            taken_at=old.taken_at,
            dropped_at=old.dropped_at,
            counts=old.counts,
        )
        kept = ((one["line"], [one["cells"].get(name, "") for name in columns], one.get("shape")) for one in old.rows)
        rows.objects.bulk_create(
            [rows(table=made, line=line, cells=cells, shape=shape) for line, cells, shape in kept], batch_size=500
        )


class Migration(migrations.Migration):
    dependencies = [("supplies", "0011_requisitions"), ("records", "0002_imports")]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="CatalogueTable"),
    ]
