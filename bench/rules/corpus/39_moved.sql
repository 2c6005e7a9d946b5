-- changed city within 90 days and city is filled
SELECT count(p.id) FROM people p
WHERE p.city <> '' AND p.id IN (
    SELECT c.record_id FROM changes c
    WHERE c.kind = 'update' AND c.object_key IN ('customers.customer', 'customers.person', 'customers.company')
      AND contains(c."values", '"city": [')
      AND c.occurred_at <= asked() AND c.occurred_at > asked() - INTERVAL 2160 HOUR
)
