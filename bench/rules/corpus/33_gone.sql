-- none of (did customers.page_viewed within 180 days, did commerce.order_placed within 180 days)
SELECT count(p.id) FROM people p
WHERE NOT (p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'customers.page_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 4320 HOUR
) OR p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 4320 HOUR
))
