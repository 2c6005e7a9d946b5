-- country in ("GB", "DE", "FR") and standing = "active"
SELECT count(p.id) FROM people p
WHERE p.country IN ('GB', 'DE', 'FR') AND p.standing = 'active'
