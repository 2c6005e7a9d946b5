-- fact:commerce.last_order_at older than 180 days
SELECT count(p.id) FROM people p JOIN order_facts f ON f.customer_id = p.id
WHERE f.last_order_at <= asked() - INTERVAL 4320 HOUR
