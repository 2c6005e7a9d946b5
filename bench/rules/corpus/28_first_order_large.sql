-- first(total of commerce.order_placed) > 100
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'commerce.order_placed' AND e.occurred_at <= asked()
    GROUP BY w.record HAVING arg_min(e.p_total, (e.occurred_at, e.id)) FILTER (e.p_total IS NOT NULL) > 100
)
