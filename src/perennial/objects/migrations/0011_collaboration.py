"""Comments, followers, favourites, what was viewed, and how people are mailed."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):
    dependencies = [
        ("objects", "0010_duplicates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object_key', models.CharField(max_length=80)),
                ('record_id', models.BigIntegerField()),
                ('author', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.TextField()),
                ('mentions', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('created_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
                ('edited_at', models.DateTimeField(null=True)),
                ('deleted_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'objects_comment',
                'indexes': [models.Index(models.F('object_key'), models.F('record_id'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('deleted_at', None)), name='objects_comment_about')],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='objects_comments_say_something')],
            },
        ),
        migrations.CreateModel(
            name='Follower',
            fields=[
                ('pk', models.CompositePrimaryKey('object_key', 'record_id', 'user_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('object_key', models.CharField(max_length=80)),
                ('record_id', models.BigIntegerField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('is_off', models.BooleanField(default=False)),
                ('since', models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={'db_table': 'objects_follower'},
        ),
        migrations.CreateModel(
            name='Favourite',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'object_key', 'record_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('object_key', models.CharField(max_length=80)),
                ('record_id', models.BigIntegerField()),
                ('created_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={'db_table': 'objects_favourite'},
        ),
        migrations.CreateModel(
            name='Viewed',
            fields=[
                ('pk', models.CompositePrimaryKey('user_id', 'object_key', 'record_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('user', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('object_key', models.CharField(max_length=80)),
                ('record_id', models.BigIntegerField()),
                ('at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={
                'db_table': 'objects_viewed',
                'indexes': [models.Index(models.F('user'), models.OrderBy(models.F('at'), descending=True), name='objects_viewed_last')],
            },
        ),
        migrations.CreateModel(
            name='MailChoice',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('mode', models.CharField(choices=[('never', 'Never'), ('at_once', 'At Once'), ('daily', 'Daily')], default='never', max_length=8)),
                ('last_id', models.BigIntegerField(default=0)),
                ('mailed_at', models.DateTimeField(null=True)),
            ],
            options={'db_table': 'objects_mail_choice'},
        ),
    ]
