-- See history.py. Named parameters come from there, parts between double braces from the definition.
INSERT INTO lifecycle_run
WITH given AS (
    SELECT %(as_of)s::timestamptz AS as_of, %(zone)s::text AS zone, %(prior)s::float8 AS prior,
           %(prior_squares)s::float8 AS prior_squares, %(spreads)s::float8 AS spreads, %(least)s::int AS least,
           %(lapse)s::int AS lapse, %(rolls_up)s::boolean AS rolls_up
), subject AS MATERIALIZED (
    SELECT c.id, c.kind, c.created_at FROM customers_customer c, given g
    WHERE c.id = ANY(%(ids)s::bigint[]) AND c.deleted_at IS NULL
      AND NOT (g.rolls_up AND c.kind = 'person' AND EXISTS (
          SELECT 1 FROM customers_customer k WHERE k.id = c.company_id AND k.deleted_at IS NULL))
), member AS MATERIALIZED (  -- whose doings count for the subject: its own, and for a company those of its people
    SELECT id AS subject, id AS customer FROM subject
    UNION ALL
    SELECT s.id, p.id FROM subject s JOIN customers_customer p ON p.company_id = s.id AND p.deleted_at IS NULL, given g
    WHERE s.kind = 'company' AND g.rolls_up
), bought AS MATERIALIZED (
    SELECT m.subject, m.customer, o.id, o.placed_at AS at, o.kind = 'order' AND o.total > 0 AS is_order, o.kind = 'return'
           AS is_return, o.total, o.currency, o.base_total AS amount
    FROM member m JOIN commerce_order o ON o.customer_id = m.customer, given g
    WHERE o.deleted_at IS NULL AND o.placed_at <= g.as_of
), taken_back AS MATERIALIZED (  -- orders that a return of exactly their total took back, the newest before it
    SELECT subject, order_id, min(back_at) AS back_at
    FROM (
        SELECT DISTINCT ON (b.subject, b.id) b.subject, o.id AS order_id, b.at AS back_at
        FROM bought b JOIN bought o ON o.subject = b.subject AND o.customer = b.customer AND o.total = -b.total
             AND o.currency = b.currency AND o.is_order AND o.at <= b.at AND o.at > b.at - interval '2160 hours'
        WHERE b.is_return AND b.total < 0
        ORDER BY b.subject, b.id, o.at DESC, o.id DESC
    ) AS nearest
    GROUP BY subject, order_id
), epoch AS MATERIALIZED (
    SELECT subject, starts, lead(starts, 1, 'infinity') OVER (PARTITION BY subject ORDER BY starts) AS ends
    FROM (
        SELECT id AS subject, '-infinity'::timestamptz AS starts FROM subject
        UNION SELECT subject, back_at FROM taken_back
    ) AS cuts
), given_contact AS (  -- the earliest sign of how to reach them: in the change log, by an identity, or as they are now
    SELECT m.subject, min(c.occurred_at) AS at
    FROM member m JOIN timeline_change c ON c.record_id = m.customer
    WHERE c.object_key IN ('customers.person', 'customers.company', 'customers.customer') AND c.kind IN ('create', 'update')
      AND (coalesce(c.values #>> '{email,1}', CASE jsonb_typeof(c.values -> 'email') WHEN 'string' THEN c.values ->> 'email' END, '') <> ''
        OR coalesce(c.values #>> '{phone,1}', CASE jsonb_typeof(c.values -> 'phone') WHEN 'string' THEN c.values ->> 'phone' END, '') <> '')
    GROUP BY m.subject
    UNION ALL
    SELECT m.subject, min(i.created_at)
    FROM member m JOIN customers_profile p ON p.customer_id = m.customer JOIN customers_identity i ON i.profile_id = p.id
    WHERE i.kind IN ('user_id', 'email')
    GROUP BY m.subject
), contact AS (
    SELECT subject, min(at) AS at FROM given_contact GROUP BY subject
    UNION ALL
    SELECT m.subject, min(c.created_at)
    FROM member m JOIN customers_customer c ON c.id = m.customer
    WHERE (c.email <> '' OR c.phone <> '') AND NOT EXISTS (SELECT 1 FROM given_contact k WHERE k.subject = m.subject)
    GROUP BY m.subject
), logged_qualification AS MATERIALIZED (
    SELECT m.subject, m.customer, c.occurred_at AS at, c.id AS step,
           CASE jsonb_typeof(c.values -> 'qualification') WHEN 'array' THEN c.values #>> '{qualification,1}'
                ELSE c.values ->> 'qualification' END AS value
    FROM member m JOIN timeline_change c ON c.record_id = m.customer
    WHERE c.object_key IN ('customers.person', 'customers.company', 'customers.customer') AND c.kind IN ('create', 'update')
      AND c.values ? 'qualification'
), item AS (
    SELECT o.subject, o.at, 40 AS place, 'order' AS kind, o.id, o.amount, (o.at AT TIME ZONE g.zone)::date AS day,
           t.back_at, NULL::text AS qualification
    FROM bought o LEFT JOIN taken_back t ON t.subject = o.subject AND t.order_id = o.id, given g WHERE o.is_order
    UNION ALL
    SELECT subject, at, 35, CASE WHEN is_return THEN 'return' ELSE 'free' END, id, amount, NULL, NULL, NULL
    FROM bought WHERE NOT is_order
    UNION ALL
    SELECT s.id, s.created_at, 10, 'known', NULL, NULL, NULL, NULL, NULL FROM subject s
    UNION ALL
    SELECT subject, at, 15, 'contact', NULL, NULL, NULL, NULL, NULL FROM contact
    UNION ALL
    SELECT subject, at, 20, 'qualified', step, NULL, NULL, NULL, coalesce(value, '') FROM logged_qualification
    UNION ALL
    SELECT m.subject, c.created_at, 20, 'qualified', NULL, NULL, NULL, NULL, c.qualification
    FROM member m JOIN customers_customer c ON c.id = m.customer
    WHERE c.qualification IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM logged_qualification l WHERE l.subject = m.subject AND l.customer = m.customer)
    UNION ALL
    SELECT m.subject, c.at, 30, CASE WHEN c.outcome = 'reached' THEN 'spoke' ELSE 'call' END, c.id, NULL, NULL, NULL, NULL
    FROM member m JOIN customers_call c ON c.customer_id = m.customer WHERE c.deleted_at IS NULL
    UNION ALL
    SELECT subject, starts, 60, 'taken_back', NULL, NULL, NULL, NULL, NULL FROM epoch WHERE starts > '-infinity'
), stream AS (
    SELECT i.*, e.starts, e.ends, i.day - max(i.day) OVER earlier AS gap,
           i.day IS NOT NULL AND i.day IS DISTINCT FROM max(i.day) OVER earlier AS opens
    FROM item i JOIN epoch e ON e.subject = i.subject AND i.at < e.ends AND (i.back_at IS NULL OR i.back_at > e.starts), given g
    WHERE i.at <= g.as_of
    WINDOW earlier AS (PARTITION BY i.subject, e.starts ORDER BY i.at, i.place, i.id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), running AS (
    SELECT s.subject, s.starts, s.ends, s.at, s.place, s.kind, s.id, s.opens,
           CASE WHEN s.opens THEN s.gap END AS gap, min(s.at) OVER w AS known_at,
           min(s.at) FILTER (WHERE s.kind = 'contact') OVER w AS contact_at,
           count(*) FILTER (WHERE s.kind = 'qualified') OVER w AS qualifications, s.qualification,
           (count(*) FILTER (WHERE s.kind IN ('call', 'spoke')) OVER w)::int AS calls,
           (count(*) FILTER (WHERE s.kind = 'spoke') OVER w)::int AS conversations,
           (count(*) FILTER (WHERE s.kind = 'order') OVER w)::int AS orders,
           (count(*) FILTER (WHERE s.opens) OVER w)::int AS order_days,
           min(s.at) FILTER (WHERE s.kind = 'order') OVER w AS first_order_at,
           max(s.at) FILTER (WHERE s.kind = 'order') OVER w AS last_order_at,
           max(s.at) FILTER (WHERE s.opens) OVER w AS occasion_at,
           max(s.day) OVER w - min(s.day) OVER w AS order_span_days,
           coalesce(sum(s.amount) OVER w, 0) AS spent,
           coalesce(sum(s.gap) FILTER (WHERE s.opens) OVER w, 0)::float8 AS gaps,
           coalesce(sum(s.gap * s.gap) FILTER (WHERE s.opens) OVER w, 0)::float8 AS squares
    FROM stream s
    WINDOW w AS (PARTITION BY s.subject, s.starts ORDER BY s.at, s.place, s.id ROWS UNBOUNDED PRECEDING)
), averaged AS (
    SELECT r.*, CASE WHEN order_days > 0 THEN (g.prior + gaps) / order_days END AS usual,
           CASE WHEN order_days > 0 THEN (g.prior_squares + squares) / order_days END AS mean_square
    FROM running r, given g
), measured AS (
    SELECT a.*, sqrt(greatest(mean_square - usual * usual, 0)) AS spread,
           greatest(g.least, ceil(usual + g.spreads * sqrt(greatest(mean_square - usual * usual, 0))))::int AS quiet_days
    FROM averaged a, given g
), thresholds AS (
    SELECT m.*, occasion_at + make_interval(hours => 24 * quiet_days) AS quiet_at,
           occasion_at + make_interval(hours => 24 * quiet_days * g.lapse) AS lapsed_at
    FROM measured m, given g
), folded AS (  -- `lag` twice: of orders at the very same instant the last is looked at, and the first opened the day
    SELECT t.*, opens AND at >= lag(lapsed_at) OVER w AS wins_back, lead(at, 1, ends) OVER w AS next_at,
           coalesce(gap, lag(gap) OVER w) AS silent,
           CASE WHEN opens THEN lag(usual) OVER w ELSE lag(usual, 2) OVER w END AS usual_before,
           first_value(qualification) OVER (PARTITION BY subject, starts, qualifications ORDER BY at, place, id) AS qualified
    FROM thresholds t
    WINDOW w AS (PARTITION BY subject, starts ORDER BY at, place, id)
), followed AS (
    SELECT f.*, max(at) FILTER (WHERE wins_back) OVER (PARTITION BY subject, starts ORDER BY at, place, id) = occasion_at
           AS is_won_back {{flips}}
    FROM folded f
), instant AS (  -- the items, and the flips between one item and the next
    SELECT f.subject, t.instant, t.reason, f.id AS source_id, f.known_at, f.contact_at, f.calls, f.conversations, f.orders,
           f.order_days, coalesce(f.order_span_days, 0) AS order_span_days, f.first_order_at, f.last_order_at, f.spent,
           nullif(f.qualified, '') AS qualification, f.silent, f.usual, f.usual_before, f.spread, f.quiet_at, f.lapsed_at,
           f.quiet_days, f.is_won_back {{flip_names}}
    FROM followed f CROSS JOIN given g
         CROSS JOIN LATERAL (VALUES (f.at, f.kind), (f.quiet_at, 'quiet'), (f.lapsed_at, 'lapsed') {{flip_instants}})
         AS t(instant, reason)
    WHERE f.at >= f.starts AND t.instant >= f.at AND t.instant < f.next_at AND t.instant <= g.as_of
), judged AS (
    SELECT r.*, {{stage}} AS stage,
           CASE WHEN r.orders = 0 THEN NULL WHEN r.instant >= r.lapsed_at THEN 'lapsed'
                WHEN r.instant >= r.quiet_at THEN 'quiet' WHEN r.is_won_back THEN 'won_back' ELSE 'active' END AS standing,
           LEAST(CASE WHEN r.quiet_at > g.as_of THEN r.quiet_at END, CASE WHEN r.lapsed_at > g.as_of THEN r.lapsed_at END
                 {{next_flips}}) AS next_flip_at
    FROM instant r, given g
), compared AS (
    SELECT j.*, lag(stage) OVER w AS was_stage, lag(standing) OVER w AS was_standing,
           row_number() OVER w = 1 AS is_first, lead(instant) OVER w IS NULL AS is_last
    FROM judged j
    WINDOW w AS (PARTITION BY subject ORDER BY instant, reason)
)
SELECT subject, instant, was_stage, stage, was_standing, standing, is_last, reason, source_id, orders, order_days,
       order_span_days, first_order_at, last_order_at, silent, round(usual::numeric, 1), round(usual_before::numeric, 1),
       round(spread::numeric, 1), quiet_at, lapsed_at, quiet_days, quiet_days * (SELECT lapse FROM given), conversations, contact_at, qualification, next_flip_at
FROM compared
WHERE is_last OR is_first OR stage IS DISTINCT FROM was_stage OR standing IS DISTINCT FROM was_standing
