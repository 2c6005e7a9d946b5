-- did commerce.order_placed within 90 days and did not commerce.order_returned
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 2160 HOUR
) AND p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_returned' AND e.occurred_at <= asked()
)
