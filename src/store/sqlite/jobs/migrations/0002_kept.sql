-- Jobs that are kept until they are deleted, and what their user has noted for the next one.

ALTER TABLE jobs ADD COLUMN is_kept INTEGER NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN draft TEXT;

UPDATE jobs SET is_kept = 1 WHERE kind = 'plan' AND state = 'done';
