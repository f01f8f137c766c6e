import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0035_automatic_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='selectionsave',
            name='undoes',
            field=models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='undone_in', to='applications.selectionsave', verbose_name='undoes the save'),
        ),
    ]
