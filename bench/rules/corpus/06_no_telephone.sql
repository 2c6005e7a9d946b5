-- city is filled and phone is empty
SELECT count(p.id) FROM people p
WHERE coalesce(p.city, '') <> '' AND coalesce(p.phone, '') = ''
