"""What customers have bought, as lists: of everybody who is there by one statement, of others by the loop."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

FILL = """
WITH member AS (
    SELECT id AS customer_id, id AS buyer_id FROM customers_customer
    UNION ALL SELECT company_id, id FROM customers_customer WHERE company_id IS NOT NULL
), bought AS (
    SELECT m.customer_id, o.id, o.channel FROM member m JOIN commerce_order o ON o.customer_id = m.buyer_id
    WHERE o.deleted_at IS NULL AND o.kind = 'order'
), goods AS (
    SELECT b.customer_id, array_agg(DISTINCT l.product_id ORDER BY l.product_id) AS ids
    FROM bought b JOIN commerce_order_line l ON l.order_id = b.id
    WHERE l.kind = 'goods' AND l.product_id IS NOT NULL GROUP BY b.customer_id
), ways AS (
    SELECT customer_id, array_agg(DISTINCT channel ORDER BY channel) AS names FROM bought WHERE channel <> ''
    GROUP BY customer_id
)
INSERT INTO commerce_customer_goods (customer_id, product_ids, channels)
SELECT coalesce(g.customer_id, w.customer_id), coalesce(g.ids, '{}'), coalesce(w.names, '{}')
FROM goods g FULL JOIN ways w ON w.customer_id = g.customer_id
"""
# To where every transaction is that ended: what still runs is read by the loop.
READ = """
INSERT INTO timeline_consumer (name, log, xid, row_id)
SELECT 'commerce.goods', 'timeline_change', (pg_snapshot_xmin(pg_current_snapshot())::text::bigint - 1)::text::xid8,
       (2::numeric ^ 62)::bigint::text
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):

    dependencies = [
        ('commerce', '0002_without_gaps'),
        ('timeline', '0001_logs'),
        ('customers', '0006_carried'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerGoods',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='customers.customer')),
                ('product_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('channels', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None)),
            ],
            options={
                'db_table': 'commerce_customer_goods',
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['product_ids'], name='commerce_goods_products')],
            },
        ),
        migrations.RunSQL([FILL, READ], migrations.RunSQL.noop),
    ]
