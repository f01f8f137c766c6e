from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("mail", "0006_addresses_in_one_spelling"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="message",
            index=models.Index(fields=["to"], name="message_to"),
        ),
    ]
