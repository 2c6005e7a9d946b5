"""The two logs, and how far each consumer has read them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

CREATE = """
CREATE TABLE timeline_event (
    id               uuid        NOT NULL,
    occurred_at      timestamptz NOT NULL,
    known_at         timestamptz NOT NULL,
    client_timestamp text,
    profile_id       bigint,
    type             text        NOT NULL,
    source           text        NOT NULL DEFAULT '',
    channel          text        NOT NULL DEFAULT '',
    actor            text        NOT NULL DEFAULT 'system:0',
    subject_kind     text,
    subject_id       bigint,
    properties       jsonb       NOT NULL DEFAULT '{}',
    class            "char"      NOT NULL DEFAULT 'o',
    definition       text,
    cause            uuid,
    xid              xid8        NOT NULL DEFAULT pg_current_xact_id(),
    written_at       timestamptz NOT NULL DEFAULT statement_timestamp(),
    CONSTRAINT timeline_event_class CHECK (class IN ('o', 'd')),
    PRIMARY KEY (id, occurred_at)
) PARTITION BY RANGE (occurred_at);
CREATE INDEX timeline_event_profile ON timeline_event (profile_id, occurred_at DESC, id DESC);
CREATE INDEX timeline_event_subject ON timeline_event (subject_kind, subject_id, occurred_at)
    WHERE subject_id IS NOT NULL;
CREATE INDEX timeline_event_xid ON timeline_event (xid, id);

CREATE TABLE timeline_change (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    known_at    timestamptz NOT NULL,
    object_key  text        NOT NULL,
    record_id   bigint      NOT NULL,
    kind        text        NOT NULL,
    values      jsonb       NOT NULL,
    actor       text        NOT NULL,
    action      text        NOT NULL,
    cause       uuid,
    run_id      bigint,
    xid         xid8        NOT NULL DEFAULT pg_current_xact_id(),
    written_at  timestamptz NOT NULL DEFAULT statement_timestamp()
);
CREATE INDEX timeline_change_record ON timeline_change (object_key, record_id, id DESC);
CREATE INDEX timeline_change_run ON timeline_change (run_id, id) WHERE run_id IS NOT NULL;
CREATE INDEX timeline_change_xid ON timeline_change (xid, id);

CREATE TABLE timeline_consumer (
    name     text NOT NULL,
    log      text NOT NULL,
    xid      xid8 NOT NULL,
    row_id   text NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (name, log)
);
"""
DROP = "DROP TABLE timeline_event, timeline_change, timeline_consumer"


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [migrations.RunSQL(CREATE, DROP)]
