-- country = "GB" and (did custom.product_added at least 2 times within 30 days or did custom.product_viewed at least 5 times within 30 days)
SELECT count(p.id) FROM people p
WHERE p.country = 'GB' AND (p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.product_added' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 720 HOUR
    GROUP BY w.record HAVING count(*) >= 2
) OR p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.product_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 720 HOUR
    GROUP BY w.record HAVING count(*) >= 5
))
