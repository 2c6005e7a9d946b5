-- worth >= 500
SELECT count(p.id) FROM people p
WHERE p.worth >= 500
