-- fact:commerce.order_count >= 3 and standing = "quiet"
SELECT count(p.id) FROM people p JOIN order_facts f ON f.customer_id = p.id
WHERE f.order_count >= 3 AND p.standing = 'quiet'
