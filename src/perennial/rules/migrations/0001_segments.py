"""Segments, their versions and stays; and the trigger by which tables behind facts say what was written."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perennial.foundation.clock

NOTE = """
CREATE FUNCTION rules_note_touched() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key text := quote_ident(TG_ARGV[0]);
    found text;
    changed text;
BEGIN
    IF NOT EXISTS (SELECT FROM rules_mark WHERE TG_TABLE_NAME = ANY(watched)) THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'INSERT' THEN
        found := format('SELECT %s AS id FROM fresh', key);
    ELSIF TG_OP = 'DELETE' THEN
        found := format('SELECT %s AS id FROM stale', key);
    ELSE
        SELECT string_agg(format('n.%1$I IS DISTINCT FROM o.%1$I', named), ' OR ') INTO changed
        FROM unnest(TG_ARGV) WITH ORDINALITY AS given (named, place) WHERE place > 1;
        found := format('SELECT n.%1$s AS id FROM fresh n JOIN stale o ON o.%1$s = n.%1$s WHERE %2$s', key,
                        coalesce(changed, 'n.* IS DISTINCT FROM o.*'));
    END IF;
    EXECUTE 'INSERT INTO rules_touched (table_name, row_ids) SELECT $1, array_agg(id) FROM (SELECT id, (row_number()'
        || ' OVER () - 1) / 10000 AS part FROM (' || found || ') f) numbered GROUP BY part' USING TG_TABLE_NAME::text;
    RETURN NULL;
END $$;
INSERT INTO rules_mark (version, watched) VALUES (0, '{}');
INSERT INTO rules_passing (followed_to) VALUES (NULL);
"""
FORGET = "DROP FUNCTION rules_note_touched() CASCADE"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.BigIntegerField(default=0)),
                ('watched', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=63), default=list, size=None)),
            ],
            options={
                'db_table': 'rules_mark',
            },
        ),
        migrations.CreateModel(
            name='Passing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('followed_to', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'rules_passing',
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, unique=True)),
                ('object_key', models.CharField(max_length=80)),
                ('name', models.CharField(max_length=80)),
                ('description', models.CharField(blank=True, default='', max_length=400)),
                ('is_static', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('live', 'Live'), ('paused', 'Paused'), ('retired', 'Retired')], default='draft', max_length=10)),
                ('number', models.IntegerField(default=1)),
                ('members', models.BigIntegerField(default=0)),
                ('is_sweeping', models.BooleanField(default=False)),
                ('asked_xid', models.BigIntegerField(default=0)),
                ('wanted_cause', models.CharField(blank=True, default='', max_length=20)),
                ('swept_at', models.DateTimeField(null=True)),
                ('trouble', models.CharField(blank=True, default='', max_length=400)),
                ('created_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('updated_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'db_table': 'rules_segment',
            },
        ),
        migrations.CreateModel(
            name='SegmentVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.IntegerField()),
                ('condition', models.JSONField(default=dict)),
                ('made_by', models.CharField(max_length=40)),
                ('made_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('note', models.CharField(blank=True, default='', max_length=400)),
                ('segment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='rules.segment')),
            ],
            options={
                'db_table': 'rules_segment_version',
            },
        ),
        migrations.CreateModel(
            name='Stay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('record_id', models.BigIntegerField()),
                ('entered_at', models.DateTimeField()),
                ('left_at', models.DateTimeField(null=True)),
                ('version', models.IntegerField()),
                ('cause', models.CharField(max_length=20)),
                ('left_cause', models.CharField(default='', max_length=20)),
                ('segment', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='rules.segment')),
            ],
            options={
                'db_table': 'rules_stay',
            },
        ),
        migrations.CreateModel(
            name='Touched',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('table_name', models.CharField(default='', max_length=63)),
                ('row_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('segment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='rules.segment')),
            ],
            options={
                'db_table': 'rules_touched',
            },
        ),
        migrations.AddIndex(
            model_name='segment',
            index=models.Index(models.F('object_key'), models.F('name'), name='rules_segment_kind'),
        ),
        migrations.AddConstraint(
            model_name='segmentversion',
            constraint=models.UniqueConstraint(fields=('segment', 'number'), name='rules_version_number'),
        ),
        migrations.AddIndex(
            model_name='stay',
            index=models.Index(models.F('record_id'), models.F('segment'), name='rules_stay_record'),
        ),
        migrations.AddIndex(
            model_name='stay',
            index=models.Index(models.F('segment'), models.F('left_at'), condition=models.Q(('left_at', None), _negated=True), name='rules_stay_past'),
        ),
        migrations.AddConstraint(
            model_name='stay',
            constraint=models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('segment', 'record_id'), name='rules_stay_member'),
        ),
        migrations.AddConstraint(
            model_name='stay',
            constraint=models.CheckConstraint(condition=models.Q(('left_at', None), ('left_at__gte', models.F('entered_at')), _connector='OR'), name='rules_stay_in_order'),
        ),
        migrations.RunSQL(NOTE, FORGET),
    ]
