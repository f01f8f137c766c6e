from django.db import migrations, models


def name_a_kind(apps, schema_editor):
    """Going back, let files of other questions be documents of no particular kind."""
    Document = apps.get_model("applications", "Document")
    Document.objects.filter(kind="").update(kind="other")


class Migration(migrations.Migration):

    dependencies = [("applications", "0027_versions_of_criteria")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="question",
            field=models.CharField(
                db_default="documents", default="documents", max_length=50, verbose_name="question"
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("mandate", "Letter of commitment or mandate of a partner"),
                    ("map", "Map of the territory"),
                    ("strategy", "Existing strategy or agreement"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="Kind",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, name_a_kind),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(("question", "documents"), models.Q(("kind", ""), _negated=True))
                | models.Q(models.Q(("question", "documents"), _negated=True), ("kind", "")),
                name="document_kind_is_asked_of_documents",
            ),
        ),
    ]
