"""How far past their rhythm customers are; those who are there already are computed by the loop, step by step."""

import django.db.models.deletion
from django.db import migrations, models

FILL = """
INSERT INTO lifecycle_overdue (customer_id, due_at, ratio, flips_at)
SELECT customer_id, last_order_at + make_interval(secs => 86400 * greatest(usual_gap_days, 1)), 0, last_order_at
FROM lifecycle_state WHERE last_order_at IS NOT NULL AND usual_gap_days IS NOT NULL
"""


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0006_carried'),
        ('lifecycle', '0003_days'),
    ]

    operations = [
        migrations.CreateModel(
            name='Overdue',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='customers.customer')),
                ('due_at', models.DateTimeField()),
                ('ratio', models.DecimalField(decimal_places=1, max_digits=4)),
                ('flips_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(models.F('ratio'), models.F('customer'), name='lifecycle_overdue_ratio'), models.Index(models.F('due_at'), models.F('customer'), name='lifecycle_overdue_due'), models.Index(models.F('flips_at'), condition=models.Q(('flips_at__isnull', False)), name='lifecycle_overdue_flip')],
            },
        ),
        migrations.RunSQL([FILL], migrations.RunSQL.noop),
    ]
