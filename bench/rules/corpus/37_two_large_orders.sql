-- has commerce.order.customer at least 2 times where (base_total >= 100)
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT o.customer_id FROM orders o WHERE o.placed_at <= asked() AND o.base_total >= 100
    GROUP BY o.customer_id HAVING count(*) >= 2
)
