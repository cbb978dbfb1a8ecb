-- The ledger: one table a kind of record, and a change log that is written in the same transaction.
-- `body` holds the whole record as JSON; what is looked up or referred to is generated from it, so nothing is kept twice.

CREATE TABLE organizations (
    seq  INTEGER PRIMARY KEY,
    id   TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL CHECK (json_valid(body))
);

CREATE TABLE projects (
    seq  INTEGER PRIMARY KEY,
    id   TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL CHECK (json_valid(body))
);

CREATE TABLE needs (
    seq  INTEGER PRIMARY KEY,
    id   TEXT NOT NULL UNIQUE,
    body TEXT NOT NULL CHECK (json_valid(body))
);

CREATE TABLE claims (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    body         TEXT NOT NULL CHECK (json_valid(body)),
    need         TEXT GENERATED ALWAYS AS (json_extract(body, '$.need')) VIRTUAL NOT NULL REFERENCES needs (id),
    organization TEXT GENERATED ALWAYS AS (json_extract(body, '$.organization')) VIRTUAL NOT NULL REFERENCES organizations (id)
);

CREATE TABLE changes (
    seq        INTEGER PRIMARY KEY,
    at         TEXT NOT NULL,
    entity     TEXT NOT NULL CHECK (entity IN ('organizations', 'projects', 'needs', 'claims', 'settings')),
    entity_seq INTEGER NOT NULL,
    id         TEXT NOT NULL,
    action     TEXT NOT NULL CHECK (action IN ('create', 'update')),
    source     TEXT NOT NULL,
    body       TEXT NOT NULL
);

CREATE INDEX changes_by_entity ON changes (entity, seq);

CREATE TRIGGER changes_are_never_rewritten BEFORE UPDATE ON changes
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;

CREATE TRIGGER changes_are_never_removed BEFORE DELETE ON changes
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;

CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
