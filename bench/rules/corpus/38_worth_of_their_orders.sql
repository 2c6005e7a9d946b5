-- sum(base_total of related commerce.order.customer where (placed_at within 365 days)) >= 300
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT o.customer_id FROM orders o
    WHERE o.placed_at <= asked() AND o.placed_at > asked() - INTERVAL 8760 HOUR
    GROUP BY o.customer_id HAVING sum(o.base_total) >= 300
)
