"""What is expected of customers who buy, and the numbers it was learnt as."""

import django.db.models.deletion
from django.db import migrations, models

import perennial.foundation.clock


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_carried'),
        ('foresight', '0001_plays'),
    ]

    operations = [
        migrations.CreateModel(
            name='Fitted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateTimeField()),
                ('days', models.IntegerField()),
                ('customers', models.IntegerField()),
                ('buyers', models.BigIntegerField()),
                ('numbers', models.JSONField()),
                ('check', models.JSONField(db_column='checked')),
                ('is_used', models.BooleanField()),
                ('fitted_at', models.DateTimeField(default=perennial.foundation.clock.real_now)),
            ],
            options={
                'db_table': 'foresight_purchases_fitted',
            },
        ),
        migrations.CreateModel(
            name='Expected',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='customers.customer')),
                ('chance', models.DecimalField(decimal_places=1, max_digits=4)),
                ('orders', models.DecimalField(decimal_places=2, max_digits=8)),
                ('worth', models.DecimalField(decimal_places=2, max_digits=18)),
                ('worth_low', models.DecimalField(decimal_places=2, max_digits=18)),
                ('worth_high', models.DecimalField(decimal_places=2, max_digits=18)),
                ('at_stake', models.DecimalField(decimal_places=2, max_digits=18)),
                ('next_at', models.DateTimeField(null=True)),
                ('late_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'foresight_expected',
                'indexes': [models.Index(models.F('chance'), models.F('customer'), name='foresight_expected_chance'), models.Index(models.F('worth'), models.F('customer'), name='foresight_expected_worth'), models.Index(models.F('at_stake'), models.F('customer'), name='foresight_expected_stake'), models.Index(models.F('next_at'), models.F('customer'), name='foresight_expected_next')],
            },
        ),
    ]
