-- last(url of customers.page_viewed within 90 days) contains "about"
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'customers.page_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 2160 HOUR
    GROUP BY w.record HAVING contains(lower(arg_max(e.p_url, (e.occurred_at, e.id)) FILTER (e.p_url IS NOT NULL)), 'about')
)
