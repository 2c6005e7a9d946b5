-- did commerce.order_placed exactly 1 times
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked()
    GROUP BY w.record HAVING count(*) = 1
)
