-- did customers.page_viewed within 90 days where (url starts with "/about")
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'customers.page_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 2160 HOUR AND starts_with(lower(e.p_url), '/about')
)
