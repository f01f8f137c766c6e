import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0037_undone_saves'),
    ]

    operations = [
        migrations.AddField(
            model_name='call',
            name='copied_from',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='applications.call', verbose_name='started as a copy of'),
        ),
        migrations.AddField(
            model_name='call',
            name='is_draft',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='draft, not shown yet'),
        ),
        migrations.AddField(
            model_name='historicalcall',
            name='copied_from',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='applications.call', verbose_name='started as a copy of'),
        ),
        migrations.AddField(
            model_name='historicalcall',
            name='is_draft',
            field=models.BooleanField(db_default=False, default=False, editable=False, verbose_name='draft, not shown yet'),
        ),
        migrations.AddConstraint(
            model_name='call',
            constraint=models.CheckConstraint(condition=models.Q(('is_draft', False), ('results_published_at__isnull', True), _connector='OR'), name='call_draft_without_results'),
        ),
    ]
