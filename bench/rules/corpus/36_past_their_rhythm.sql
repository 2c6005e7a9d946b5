-- fact:lifecycle.quiet_at older than 30 days and fact:commerce.order_count >= 2 and did not custom.email_opened within 60 days
SELECT count(p.id) FROM people p JOIN lifecycle l ON l.customer_id = p.id JOIN order_facts f ON f.customer_id = p.id
WHERE l.quiet_at <= asked() - INTERVAL 720 HOUR AND f.order_count >= 2 AND p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.email_opened' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 1440 HOUR
)
