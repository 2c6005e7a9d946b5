"""Facts that users make; and the trigger by which tables that they rest on say which records are owed to them."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import perennial.foundation.clock

FUNCTION = """
CREATE FUNCTION rules_owe_fact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
BEGIN
    source := CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT %s AS id FROM made t', TG_ARGV[1])
        WHEN 'DELETE' THEN format('SELECT %s AS id FROM gone t', TG_ARGV[1])
        ELSE format('(SELECT %1$s AS id, %3$s AS k, ROW(%2$s)::text AS v FROM made t EXCEPT ALL'
                    ' SELECT %1$s AS id, %3$s AS k, ROW(%2$s)::text AS v FROM gone t) UNION ALL'
                    ' (SELECT %1$s AS id, %3$s AS k, ROW(%2$s)::text AS v FROM gone t EXCEPT ALL'
                    ' SELECT %1$s AS id, %3$s AS k, ROW(%2$s)::text AS v FROM made t)',
                    TG_ARGV[1], TG_ARGV[2], TG_ARGV[3]) END;
    EXECUTE format('INSERT INTO rules_fact_owed (fact_id, record_ids) SELECT f.id, ids FROM (SELECT array_agg(DISTINCT id)'
                   ' AS ids FROM (%s) touched WHERE id IS NOT NULL) found, unnest(ARRAY[%s]::bigint[]) f(id)'
                   ' WHERE ids IS NOT NULL', source, TG_ARGV[0]);
    RETURN NULL;
END $$
"""


class Migration(migrations.Migration):

    dependencies = [
        ('rules', '0001_segments'),
    ]

    operations = [
        migrations.CreateModel(
            name='MadeFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('object_key', models.CharField(max_length=60)),
                ('label', models.CharField(max_length=80)),
                ('description', models.CharField(blank=True, max_length=300)),
                ('form', models.CharField(choices=[('events', 'From events'), ('records', 'From related records'), ('formula', 'By a formula')], max_length=10)),
                ('options', models.JSONField(default=dict)),
                ('result', models.CharField(max_length=10)),
                ('rests_on', models.JSONField(default=list)),
                ('version', models.IntegerField(default=1)),
                ('state', models.CharField(choices=[('filling', 'Being computed'), ('ready', 'Up to date'), ('failed', 'Could not be computed')], default='filling', max_length=10)),
                ('filled_version', models.IntegerField(default=0)),
                ('filled_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('retired_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'rules_made_fact',
                'indexes': [models.Index(models.F('object_key'), models.F('label'), name='rules_made_fact_kind')],
            },
        ),
        migrations.CreateModel(
            name='Owed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fact_id', models.BigIntegerField()),
                ('record_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                'db_table': 'rules_fact_owed',
                'indexes': [models.Index(models.F('fact_id'), models.F('id'), name='rules_fact_owed_fact')],
            },
        ),
        migrations.CreateModel(
            name='FactVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('options', models.JSONField(default=dict)),
                ('by', models.CharField(max_length=120)),
                ('at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('fact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='rules.madefact')),
            ],
            options={
                'db_table': 'rules_fact_version',
                'constraints': [models.UniqueConstraint(fields=('fact', 'number'), name='rules_fact_version_number')],
            },
        ),
        migrations.RunSQL([FUNCTION], ["DROP FUNCTION rules_owe_fact"]),
    ]
