-- did customers.page_viewed at least 10 times within 90 days
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'customers.page_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 2160 HOUR
    GROUP BY w.record HAVING count(*) >= 10
)
