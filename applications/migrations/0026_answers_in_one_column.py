import django.db.models.deletion
from django.db import migrations, models

from core.migrating import RenderedOnce


class Migration(migrations.Migration):

    dependencies = [("applications", "0025_questions_as_rows")]

    operations = [
        RenderedOnce([
            migrations.RemoveField(model_name="application", name="acronym"),
            migrations.RemoveField(model_name="application", name="ambition"),
            migrations.RemoveField(model_name="application", name="challenges"),
            migrations.RemoveField(model_name="application", name="challenges_description"),
            migrations.RemoveField(model_name="application", name="clld_experience"),
            migrations.RemoveField(model_name="application", name="existing_strategy"),
            migrations.RemoveField(model_name="application", name="experience_description"),
            migrations.RemoveField(model_name="application", name="governance_description"),
            migrations.RemoveField(model_name="application", name="governance_form"),
            migrations.RemoveField(model_name="application", name="population"),
            migrations.RemoveField(model_name="application", name="readiness"),
            migrations.RemoveField(model_name="application", name="support_description"),
            migrations.RemoveField(model_name="application", name="territory_description"),
            migrations.AlterField(
                model_name="call",
                name="form",
                field=models.OneToOneField(
                    editable=False,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="call",
                    to="questionnaires.form",
                    verbose_name="form",
                ),
            ),
            migrations.AlterField(
                model_name="application",
                name="form_version",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="applications",
                    to="questionnaires.formversion",
                    verbose_name="form",
                ),
            ),
        ]),
    ]
