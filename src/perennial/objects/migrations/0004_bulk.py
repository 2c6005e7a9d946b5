"""Bulks, and the records that they are about."""

from __future__ import annotations

from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [("objects", "0003_made")]

    operations = [
        migrations.CreateModel(
            name='Bulk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_key', models.CharField(max_length=80)),
                ('verb', models.CharField(choices=[('edit', 'Change'), ('delete', 'Delete'), ('undo', 'Take back')], max_length=8)),
                ('changes', models.JSONField(default=list)),
                ('where_text', models.TextField(blank=True)),
                ('search', models.CharField(blank=True, max_length=200)),
                ('is_all', models.BooleanField(default=False)),
                ('is_gathered', models.BooleanField(default=False)),
                ('status', models.CharField(choices=[('ready', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='ready', max_length=10)),
                ('total', models.BigIntegerField(default=0)),
                ('done_with', models.BigIntegerField(default=0)),
                ('position', models.BigIntegerField(default=0)),
                ('changed', models.BigIntegerField(default=0)),
                ('unchanged', models.BigIntegerField(default=0)),
                ('refused', models.BigIntegerField(default=0)),
                ('error', models.TextField(blank=True)),
                ('attempts', models.IntegerField(default=0)),
                ('run_id', models.BigIntegerField()),
                ('undoes', models.BigIntegerField(null=True)),
                ('cause', models.UUIDField()),
                ('actor', models.CharField(max_length=40)),
                ('language', models.CharField(default='en', max_length=8)),
                ('created_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('started_at', models.DateTimeField(null=True)),
                ('moved_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'objects_bulk',
                'indexes': [models.Index(condition=models.Q(('status__in', ['ready', 'running'])), fields=['status'], name='objects_bulk_now')],
            },
        ),
        migrations.CreateModel(
            name='BulkRecord',
            fields=[
                ('pk', models.CompositePrimaryKey('bulk_id', 'record_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('record_id', models.BigIntegerField()),
                ('code', models.CharField(blank=True, max_length=60)),
                ('sentence', models.TextField(blank=True)),
                ('bulk', models.ForeignKey(db_index=False, on_delete=models.deletion.CASCADE, related_name='records', to='objects.bulk')),
            ],
            options={'db_table': 'objects_bulk_record'},
        ),
    ]
