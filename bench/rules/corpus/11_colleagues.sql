-- company.country = "GB"
SELECT count(p.id) FROM people p JOIN companies c ON c.id = p.company_id
WHERE c.country = 'GB'
