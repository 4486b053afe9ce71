from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0004_forgotten_imports")]

    operations = [
        migrations.AddField(
            model_name="importrow",
            name="sheet",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="importrow",
            name="sheet_line",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="tableimport",
            name="to_write",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="tableimport",
            name="writing_until",
            field=models.DateTimeField(null=True),
        ),
    ]
