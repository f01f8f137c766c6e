import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

from core.migrating import RenderedOnce


class Migration(migrations.Migration):

    dependencies = [
        ("applications", "0023_letters_in_every_language"),
        ("questionnaires", "0001_initial"),
    ]

    operations = [
        RenderedOnce([
            migrations.AddField(
                model_name="call",
                name="form",
                field=models.OneToOneField(
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="call",
                    to="questionnaires.form",
                    verbose_name="form",
                ),
            ),
            migrations.AddField(
                model_name="application",
                name="form_version",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="applications",
                    to="questionnaires.formversion",
                    verbose_name="form",
                ),
            ),
            migrations.AddField(
                model_name="application",
                name="carried_from",
                field=models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="questionnaires.formversion",
                ),
            ),
            migrations.AddField(
                model_name="application",
                name="answers",
                field=models.JSONField(blank=True, default=dict, editable=False),
            ),
            migrations.AddConstraint(
                model_name="application",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        django.db.models.lookups.Exact(
                            models.Func(
                                models.F("answers"), function="jsonb_typeof", output_field=models.TextField()
                            ),
                            "object",
                        )
                    ),
                    name="application_answers_fit",
                ),
            ),
        ]),
    ]
