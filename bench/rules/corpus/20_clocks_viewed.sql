-- did custom.product_viewed at least 2 times within 60 days where (product contains "clock")
SELECT count(p.id) FROM people p
WHERE p.id IN (
    SELECT w.record FROM events e JOIN whose w ON w.profile = e.profile_id
    WHERE e.type = 'custom.product_viewed' AND e.occurred_at <= asked() AND e.occurred_at > asked() - INTERVAL 1440 HOUR AND contains(lower(e.seen_text_product), 'clock')
    GROUP BY w.record HAVING count(*) >= 2
)
