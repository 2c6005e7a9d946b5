-- did not customers.page_viewed within 60 days
SELECT count(p.id) FROM people p
WHERE p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'customers.page_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 1440 HOUR
)
