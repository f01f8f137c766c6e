import django.db.models.deletion
from django.db import migrations, models

from core.migrating import RenderedOnce


class Migration(migrations.Migration):

    dependencies = [("experts", "0005_questions_as_rows")]

    operations = [
        RenderedOnce([
            migrations.RemoveField(model_name="expert", name="biography"),
            migrations.RemoveField(model_name="expert", name="challenges"),
            migrations.RemoveField(model_name="expert", name="countries"),
            migrations.RemoveField(model_name="expert", name="website"),
            migrations.AlterField(
                model_name="expert",
                name="form_version",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="experts",
                    to="questionnaires.formversion",
                    verbose_name="form",
                ),
            ),
            migrations.AlterField(
                model_name="expertversion",
                name="form_version",
                field=models.ForeignKey(
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="questionnaires.formversion",
                    verbose_name="form",
                ),
            ),
            migrations.RemoveConstraint(model_name="expert", name="expert_erased_says_nothing"),
            migrations.AddConstraint(
                model_name="expert",
                constraint=models.CheckConstraint(
                    condition=models.Q(
                        models.Q(("erased_at__isnull", True), ("user__isnull", False)),
                        models.Q(
                            ("answers", {}),
                            ("cv", ""),
                            ("erased_at__isnull", False),
                            ("name", ""),
                            ("user__isnull", True),
                        ),
                        _connector="OR",
                    ),
                    name="expert_erased_says_nothing",
                ),
            ),
        ]),
    ]
