-- sum(total of commerce.order_placed within 365 days) between 100 and 300
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 8760 HOUR
    GROUP BY w.record HAVING sum(e.p_total) BETWEEN 100 AND 300
)
