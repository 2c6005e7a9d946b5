-- country = "GB"
SELECT count(p.id) FROM people p
WHERE p.country = 'GB'
