from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Files that were given before become imports with the same id: what waited still waits. What was taken over then is not
    undone: its rows did not keep what they changed.
    """
    imports, rows = apps.get_model("records", "TableImport"), apps.get_model("records", "ImportRow")
    given = apps.get_model("supervision", "ObjectImport")  # type: ignore[misc]  # it is no model any more
    for old in given.objects.iterator():
        columns = list(dict.fromkeys(name for one in old.rows for name in one["cells"]))
        beside = list(dict.fromkeys(name for one in old.rows for name in one.get("rest", {})))
        made = imports.objects.create(
            id=old.pk,
            kind="supervised-objects",
            region_code=old.region_code,
            file_name=old.file_name,
            at=old.at,
            by_id=old.by_id,
            headings=[*columns, *beside],
            columns=[*columns, *("" for _one in beside)],
            lines=len(old.rows),
            taking_at=old.taken_at,
            taken_at=old.taken_at,
            dropped_at=old.dropped_at,
        )
        rows.objects.bulk_create(
            [
                rows(
                    table=made,
                    line=one["line"],
                    cells=[
                        *(one["cells"].get(name, "") for name in columns),
                        *(one.get("rest", {}).get(name, "") for name in beside),
                    ],
                    left=one.get("left", False),
                    verdict=one.get("verdict", "") if old.taken_at else "",
                    problems=one.get("problems", []) if old.taken_at else [],
                )
                for one in old.rows
            ],
            batch_size=500,
        )


class Migration(migrations.Migration):
    dependencies = [("supervision", "0002_firm_applications"), ("records", "0004_forgotten_imports")]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="ObjectImport"),
    ]
