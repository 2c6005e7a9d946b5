-- fact:commerce.first_order_at within 365 days
SELECT count(p.id) FROM people p JOIN order_facts f ON f.customer_id = p.id
WHERE f.first_order_at > asked() - INTERVAL 8760 HOUR AND f.first_order_at <= asked()
