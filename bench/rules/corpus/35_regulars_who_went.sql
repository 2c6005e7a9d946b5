-- stage in ("retention", "loyalty") and did commerce.order_placed at least 2 times and did not customers.page_viewed within 60 days and (did custom.email_opened within 365 days or none of (did custom.complaint_made, did commerce.order_returned))
SELECT count(p.id) FROM people p
WHERE p.stage IN ('retention', 'loyalty') AND p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked()
    GROUP BY w.record HAVING count(*) >= 2
) AND p.id NOT IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'customers.page_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 1440 HOUR
) AND (p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.email_opened' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 8760 HOUR
) OR NOT (p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.complaint_made' AND e.occurred_at <= asked()
) OR p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_returned' AND e.occurred_at <= asked()
)))
