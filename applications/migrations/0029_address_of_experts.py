from django.db import migrations, models


def check_addresses(apps, schema_editor):
    if apps.get_model("applications", "Call").objects.filter(slug="experts").exists():
        raise ValueError(
            "A call has the address “experts”, by which the command line now knows the form of experts. "
            "Give the call another address in the administration, then migrate again."
        )


class Migration(migrations.Migration):

    dependencies = [("applications", "0028_files_of_questions")]

    operations = [
        migrations.RunPython(check_addresses, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug", "experts"), _negated=True), name="call_address_not_reserved"
            ),
        ),
    ]
