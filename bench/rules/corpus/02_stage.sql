-- stage = "loyalty"
SELECT count(p.id) FROM people p
WHERE p.stage = 'loyalty'
