"""Saved views of a kind's records."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('objects', '0005_kept_files'),
    ]

    operations = [
        migrations.CreateModel(
            name='View',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_key', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=80)),
                ('spec', models.JSONField(default=dict)),
                ('audience', models.CharField(choices=[('private', 'Only me'), ('teams', 'Teams'), ('everybody', 'Everybody')], default='private', max_length=10)),
                ('team_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('default_role_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('position', models.IntegerField(default=0)),
                ('version', models.IntegerField(default=1)),
                ('created_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('updated_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('deleted_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'objects_view',
                'indexes': [models.Index(models.F('object_key'), models.F('position'), condition=models.Q(('deleted_at', None)), name='objects_view_kind')],
            },
        ),
    ]
