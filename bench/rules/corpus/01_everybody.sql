-- all of ()
SELECT count(p.id) FROM people p
WHERE TRUE
