import django.db.models.deletion
import django.db.models.lookups
from django.db import migrations, models

from core.migrating import RenderedOnce


class Migration(migrations.Migration):

    dependencies = [
        ("experts", "0003_sensible_dates"),
        ("questionnaires", "0001_initial"),
    ]

    operations = [
        RenderedOnce([
            migrations.AddField(
                model_name="expert",
                name="form_version",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="experts",
                    to="questionnaires.formversion",
                    verbose_name="form",
                ),
            ),
            migrations.AddField(
                model_name="expert",
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
                model_name="expert",
                name="answers",
                field=models.JSONField(blank=True, default=dict, editable=False),
            ),
            migrations.AddField(
                model_name="expertversion",
                name="form_version",
                field=models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="questionnaires.formversion",
                    verbose_name="form",
                ),
            ),
            migrations.AddConstraint(
                model_name="expert",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        django.db.models.lookups.Exact(
                            models.Func(
                                models.F("answers"), function="jsonb_typeof", output_field=models.TextField()
                            ),
                            "object",
                        )
                    ),
                    name="expert_answers_fit",
                ),
            ),
        ]),
    ]
