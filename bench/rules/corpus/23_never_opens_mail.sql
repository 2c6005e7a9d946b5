-- did custom.email_delivered at least 2 times and did not custom.email_opened
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.email_delivered' AND e.occurred_at <= asked()
    GROUP BY w.record HAVING count(*) >= 2
) AND p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.email_opened' AND e.occurred_at <= asked()
)
