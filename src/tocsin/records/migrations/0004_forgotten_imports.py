from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0003_setup")]

    operations = [
        migrations.AddField(
            model_name="tableimport",
            name="forgotten_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="importrow",
            name="written",
            field=models.UUIDField(db_index=True, null=True),
        ),
    ]
