-- Background work: jobs, the rows of their results and their documents. Nothing here is meant to stay: every job expires.

CREATE TABLE jobs (
    seq              INTEGER PRIMARY KEY,
    id               TEXT NOT NULL UNIQUE,
    kind             TEXT NOT NULL CHECK (kind IN ('import', 'plan')),
    label            TEXT NOT NULL,
    owner            TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
    run              TEXT NOT NULL,
    created_at       TEXT NOT NULL,
    started_at       TEXT,
    ended_at         TEXT,
    expires_at       TEXT NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    progress         TEXT,
    outcome          TEXT
);

-- One list of rows a name ('rejected', 'warnings', ...), numbered from 0 without a gap.
CREATE TABLE results (
    job    INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
    list   TEXT NOT NULL,
    number INTEGER NOT NULL,
    body   TEXT NOT NULL,
    PRIMARY KEY (job, list, number)
);

CREATE TABLE documents (
    seq         INTEGER PRIMARY KEY,
    job         INTEGER NOT NULL REFERENCES jobs (seq) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    bytes       INTEGER NOT NULL DEFAULT 0,
    is_complete INTEGER NOT NULL DEFAULT 0,
    UNIQUE (job, name)
);

-- The bytes of a document in its order; every chunk but the last has the same size.
CREATE TABLE chunks (
    document INTEGER NOT NULL REFERENCES documents (seq) ON DELETE CASCADE,
    number   INTEGER NOT NULL,
    bytes    BLOB NOT NULL,
    PRIMARY KEY (document, number)
);
