INSERT INTO pgsteward.schema_fingerprint (run, taken_at, server_version, ledger_digest, digest, objects)
VALUES (%(run)s, clock_timestamp(), %(server_version)s, %(ledger)s, %(digest)s, %(objects)s)
ON CONFLICT (singleton) DO UPDATE
SET run = excluded.run, taken_at = excluded.taken_at, server_version = excluded.server_version,
    ledger_digest = excluded.ledger_digest, digest = excluded.digest, objects = excluded.objects
