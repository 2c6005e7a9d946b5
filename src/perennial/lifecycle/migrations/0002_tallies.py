"""The tallies keep themselves: triggers on the state, once a statement, so that no writer can forget them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

STAGES = ("reach", "acquisition", "conversion", "retention", "loyalty")

# Every state row as what it adds to the tallies. `-infinity` stands where a tally knows no day.
ADDS = """
    SELECT 'now' AS measure, stage, coalesce(standing, '') AS part, '-infinity'::date AS day, {sign} AS n, {sign} * worth AS worth
    FROM {rows}
    UNION ALL
    SELECT 'since', stage, coalesce(previous_stage, ''), (stage_since AT TIME ZONE coalesce((SELECT timezone FROM workspace_firm), 'UTC'))::date, {sign}, {sign} * worth
    FROM {rows}
    UNION ALL
    SELECT x.measure, x.stage, '', x.day, {sign}, {sign} * worth
    FROM {rows} CROSS JOIN LATERAL (VALUES {days}) AS x(measure, stage, day)
    WHERE x.day IS NOT NULL
"""
DAYS = ", ".join(f"('{measure}', '{stage}', {measure}_{stage})" for measure in ("entered", "left") for stage in STAGES)


def function(name: str, *parts: tuple[str, int]) -> str:
    adds = " UNION ALL ".join(ADDS.format(sign=sign, rows=rows, days=DAYS) for rows, sign in parts)
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO lifecycle_tally AS t (measure, stage, part, day, customers, worth)
    SELECT measure, stage, part, day, sum(n), sum(worth) FROM ({adds}) AS adds
    GROUP BY measure, stage, part, day HAVING sum(n) <> 0 OR sum(worth) <> 0
    ORDER BY measure, stage, part, day
    ON CONFLICT (measure, stage, part, day)
    DO UPDATE SET customers = t.customers + excluded.customers, worth = t.worth + excluded.worth;
    RETURN NULL;
END $body$;
"""


CREATE = (
    function("lifecycle_tally_added", ("fresh", 1))
    + function("lifecycle_tally_changed", ("fresh", 1), ("stale", -1))
    + function("lifecycle_tally_removed", ("stale", -1))
    + """
CREATE TRIGGER lifecycle_tally_added AFTER INSERT ON lifecycle_state
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION lifecycle_tally_added();
CREATE TRIGGER lifecycle_tally_changed AFTER UPDATE ON lifecycle_state
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION lifecycle_tally_changed();
CREATE TRIGGER lifecycle_tally_removed AFTER DELETE ON lifecycle_state
    REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION lifecycle_tally_removed();
"""
)
DROP = "".join(
    f"DROP TRIGGER lifecycle_tally_{word} ON lifecycle_state; DROP FUNCTION lifecycle_tally_{word}();"
    for word in ("added", "changed", "removed")
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("lifecycle", "0001_start"), ("workspace", "0001_start")]
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
