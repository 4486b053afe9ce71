from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Files that were given before become imports with the same id: what waited still waits, secrets can be made anew."""
    imports, rows = apps.get_model("records", "TableImport"), apps.get_model("records", "ImportRow")
    devices = apps.get_model("sensing", "Device")
    given = apps.get_model("sensing", "DeviceTable")  # type: ignore[misc]  # it is no model any more
    for old in given.objects.iterator():
        columns = list(dict.fromkeys(name for one in old.rows for name in one["cells"]))
        made = imports.objects.create(
            id=old.pk,
            kind="devices",
            region_code=old.region_code,
            file_name=old.file_name,
            at=old.at,
            by_id=old.by_id,
            headings=[*columns, *old.unread],
            columns=[*columns, *("" for _one in old.unread)],
            lines=len(old.rows),
            taking_at=old.taken_at,
            taken_at=old.taken_at,
            dropped_at=old.dropped_at,
        )
        brought = dict(devices.objects.filter(code__in=old.registered[:500]).values_list("code", "pk"))
        for start in range(500, len(old.registered), 500):
            part = old.registered[start : start + 500]
            brought |= dict(devices.objects.filter(code__in=part).values_list("code", "pk"))
        kept = []
        for one in old.rows:
            device = brought.pop(one["cells"].get("code"), None)
            row = rows(table=made, line=one["line"], cells=[one["cells"].get(name, "") for name in columns])
            if device is not None:
                row.written, row.before = device, {"device": True}
            if old.taken_at is not None:
                row.verdict = "same" if device is None else "new"
            kept.append(row)
        rows.objects.bulk_create(kept, batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("sensing", "0015_handed_messages"), ("records", "0004_forgotten_imports")]

    operations = [
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel(name="DeviceTable"),
    ]
