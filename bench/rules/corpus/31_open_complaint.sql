-- did custom.complaint_made within 365 days and did not custom.complaint_settled within 365 days
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.complaint_made' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 8760 HOUR
) AND p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.complaint_settled' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 8760 HOUR
)
