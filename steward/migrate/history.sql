-- What sqlx's ledger has no column for. Made by a run that changes something, never by one that looks.
CREATE SCHEMA IF NOT EXISTS pgsteward;

CREATE TABLE IF NOT EXISTS pgsteward.migration_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run uuid NOT NULL,                      -- one call of the program
    action text NOT NULL CHECK (action IN ('up', 'down', 'baseline', 'repair', 'seed', 'fresh')),
    version bigint,                         -- as in the ledger; null for a seed or a fresh start
    description text NOT NULL,
    checksum bytea,                         -- of the file that ran
    outcome text NOT NULL CHECK (outcome IN ('running', 'done', 'failed')),
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    session_role text NOT NULL DEFAULT session_user,
    acting_role text NOT NULL DEFAULT current_user,
    client_address inet DEFAULT inet_client_addr(),
    operator text NOT NULL,                 -- account and host of the one who called
    tool_version text NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    lock_wait_ms bigint NOT NULL DEFAULT 0, -- seen waiting for other sessions' locks, over all attempts
    blocked_by text,                        -- the last session that stood in the way
    statements integer,                     -- of a script outside of a transaction: how many it has,
    statements_done integer,                -- how many of them are done,
    statement_begun integer,                -- which one runs (or ran when everything stopped),
    prefix_digest bytea,                    -- the text of those done,
    invalid_before oid[],                   -- and the invalid indexes that were there before it
    note text
);

CREATE INDEX IF NOT EXISTS migration_runs_version_idx ON pgsteward.migration_runs (version, id);

CREATE TABLE IF NOT EXISTS pgsteward.schema_fingerprint (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    run uuid NOT NULL,
    taken_at timestamptz NOT NULL,
    server_version integer NOT NULL,        -- another major version may spell the same schema differently
    ledger_digest text NOT NULL,            -- of the ledger at that time
    digest text NOT NULL,
    objects jsonb NOT NULL                  -- kind and name of each object, and the SHA-256 of its definition
);

CREATE TABLE IF NOT EXISTS pgsteward.migration_ledger (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    schema text NOT NULL                    -- where sqlx's ledger is, whatever search_path says later
);
