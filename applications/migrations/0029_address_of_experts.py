from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("applications", "0028_files_of_questions")]

    operations = [
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("slug", "experts"), _negated=True), name="call_address_not_reserved"
            ),
        ),
    ]
