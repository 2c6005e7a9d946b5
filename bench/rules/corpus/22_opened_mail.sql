-- did custom.email_opened within 365 days
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.email_opened' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 8760 HOUR
)
