-- name contains "an"
SELECT count(p.id) FROM people p
WHERE contains(lower(p.name), 'an')
