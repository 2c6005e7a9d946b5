-- did custom.product_added within 14 days and did not commerce.order_placed within 14 days
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.product_added' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 336 HOUR
) AND p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 336 HOUR
)
