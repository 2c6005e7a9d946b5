-- last(price of custom.product_viewed within 90 days) < 10
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.product_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 2160 HOUR
    GROUP BY w.record HAVING arg_max(e.seen_number_price, (e.occurred_at, e.id)) FILTER (e.seen_number_price IS NOT NULL) < 10
)
