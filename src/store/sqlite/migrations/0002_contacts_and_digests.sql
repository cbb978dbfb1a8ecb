-- Contacts leave records and change log for a table of their own, from which they can be erased. The source of a change is
-- stored once a write. Every row gets a SHA-256 over its other columns (`digest`), and `head` knows how many rows there are, so
-- that damage is found when it is read. Body and contact of a record have digests apart, so that nothing is left of an erased
-- contact, not even its digest.
--
-- The program copies the rows of the `old_` tables in the same transaction, fills `head`, and drops those tables.

DROP TRIGGER changes_are_never_rewritten;
DROP TRIGGER changes_are_never_removed;
DROP INDEX changes_by_entity;

ALTER TABLE organizations RENAME TO old_organizations;
ALTER TABLE projects RENAME TO old_projects;
ALTER TABLE needs RENAME TO old_needs;
ALTER TABLE claims RENAME TO old_claims;
ALTER TABLE changes RENAME TO old_changes;
ALTER TABLE settings RENAME TO old_settings;

-- One row. It is written in every write: `seq` is the number of the last change, the others are numbers of rows.
-- `residue`: 0; 1 if the log may still have bytes of an erased contact; 2 if free pages may have some, too.
CREATE TABLE head (
    id            INTEGER PRIMARY KEY CHECK (id = 1),
    seq           INTEGER NOT NULL,
    organizations INTEGER NOT NULL,
    projects      INTEGER NOT NULL,
    needs         INTEGER NOT NULL,
    claims        INTEGER NOT NULL,
    contacts      INTEGER NOT NULL,
    settings      INTEGER NOT NULL,
    residue       INTEGER NOT NULL,
    digest        BLOB NOT NULL
);

CREATE TABLE organizations (
    seq    INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    body   TEXT NOT NULL CHECK (json_valid(body))
);

CREATE TABLE projects (
    seq    INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    body   TEXT NOT NULL CHECK (json_valid(body))
);

CREATE TABLE needs (
    seq    INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    body   TEXT NOT NULL CHECK (json_valid(body))
);

CREATE TABLE claims (
    seq          INTEGER PRIMARY KEY,
    id           TEXT NOT NULL UNIQUE,
    digest       BLOB NOT NULL,
    body         TEXT NOT NULL CHECK (json_valid(body)),
    need         TEXT GENERATED ALWAYS AS (json_extract(body, '$.need')) VIRTUAL NOT NULL REFERENCES needs (id),
    organization TEXT GENERATED ALWAYS AS (json_extract(body, '$.organization')) VIRTUAL NOT NULL REFERENCES organizations (id)
);

-- Without a rowid, so that a contact stands in one place only. `record` is the number of the organization or need.
CREATE TABLE contacts (
    kind   TEXT NOT NULL CHECK (kind IN ('organizations', 'needs')),
    record INTEGER NOT NULL,
    digest BLOB NOT NULL,
    body   TEXT NOT NULL CHECK (json_valid(body)),
    PRIMARY KEY (kind, record)
) WITHOUT ROWID;

CREATE TABLE settings (
    key    TEXT PRIMARY KEY,
    digest BLOB NOT NULL,
    value  TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sources (
    seq    INTEGER PRIMARY KEY,
    digest BLOB NOT NULL,
    name   TEXT NOT NULL
);

-- `digest` covers `body_digest` instead of the body, so that a reader of the log need not read bodies. The body of a change that
-- concerned a contact alone is `null`.
CREATE TABLE changes (
    seq         INTEGER PRIMARY KEY,
    at          TEXT NOT NULL,
    entity      TEXT NOT NULL CHECK (entity IN ('organizations', 'projects', 'needs', 'claims', 'settings')),
    entity_seq  INTEGER NOT NULL,
    id          TEXT NOT NULL,
    action      TEXT NOT NULL CHECK (action IN ('create', 'update', 'set_contact', 'erase_contact')),
    source      INTEGER NOT NULL REFERENCES sources (seq),
    digest      BLOB NOT NULL,
    body_digest BLOB NOT NULL,
    body        TEXT NOT NULL
);

CREATE TRIGGER changes_are_never_rewritten BEFORE UPDATE ON changes
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;

CREATE TRIGGER changes_are_never_removed BEFORE DELETE ON changes
BEGIN
    SELECT RAISE(ABORT, 'the change log is append-only');
END;

CREATE TRIGGER sources_are_never_rewritten BEFORE UPDATE ON sources
BEGIN
    SELECT RAISE(ABORT, 'the sources of the change log are append-only');
END;

CREATE TRIGGER sources_are_never_removed BEFORE DELETE ON sources
BEGIN
    SELECT RAISE(ABORT, 'the sources of the change log are append-only');
END;
