import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def delete_tests(apps, schema_editor):
    """Before this there were none: they would become profiles, or a second one of somebody."""
    for test in apps.get_model("experts", "Expert")._base_manager.filter(is_test=True):
        test.delete()


class Migration(migrations.Migration):

    dependencies = [
        ('experts', '0006_answers_in_one_column'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='expert',
            name='is_test',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='expert',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expert_profiles', to=settings.AUTH_USER_MODEL, verbose_name='account'),
        ),
        migrations.AddConstraint(
            model_name='expert',
            constraint=models.UniqueConstraint(fields=('user', 'is_test'), name='expert_one_per_account'),
        ),
        migrations.AddConstraint(
            model_name='expert',
            constraint=models.CheckConstraint(condition=models.Q(('is_test', False), models.Q(('erased_at__isnull', True), ('status', 'draft'), ('submitted_at__isnull', True)), _connector='OR'), name='expert_test_is_draft'),
        ),
        # The last step is the first to be undone.
        migrations.RunPython(migrations.RunPython.noop, delete_tests),
    ]
