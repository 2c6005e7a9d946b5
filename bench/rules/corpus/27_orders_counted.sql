-- count(number of commerce.order_placed within 180 days) >= 2
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 4320 HOUR
    GROUP BY w.record HAVING count(e.p_number) >= 2
)
