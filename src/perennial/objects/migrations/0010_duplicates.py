"""Pairs of records that may be the same."""

from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):

    dependencies = [
        ('objects', '0009_import_trials'),
    ]

    operations = [
        migrations.CreateModel(
            name='Duplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_key', models.CharField(max_length=80)),
                ('one_id', models.BigIntegerField()),
                ('other_id', models.BigIntegerField()),
                ('confidence', models.FloatField()),
                ('reasons', models.JSONField(default=list)),
                ('is_swept', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('open', 'Open'), ('never', 'Not the same'), ('merged', 'Merged')], default='open', max_length=6)),
                ('run_id', models.BigIntegerField(null=True)),
                ('found_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_by', models.CharField(blank=True, max_length=40)),
            ],
            options={
                'db_table': 'objects_duplicate',
                'indexes': [models.Index(models.F('object_key'), models.OrderBy(models.F('confidence'), descending=True), models.F('id'), condition=models.Q(('state', 'open')), name='objects_duplicate_open'), models.Index(models.F('object_key'), models.F('other_id'), name='objects_duplicate_other')],
                'constraints': [models.CheckConstraint(condition=models.Q(('one_id__lt', models.F('other_id'))), name='objects_duplicate_in_order'), models.UniqueConstraint(fields=('object_key', 'one_id', 'other_id'), name='objects_duplicate_pair')],
            },
        ),
    ]
