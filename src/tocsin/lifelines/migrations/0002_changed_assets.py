from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifelines", "0001_tables")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="changed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
