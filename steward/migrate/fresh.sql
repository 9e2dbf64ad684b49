-- Everything in this database that is neither PostgreSQL's nor an extension's, as one DROP a row. `public` itself
-- stays, with its rights. CASCADE: what an earlier DROP took along is not there any more, hence IF EXISTS.
WITH members AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
)
SELECT command FROM (
    SELECT 1 AS step, format('DROP SCHEMA IF EXISTS %I CASCADE', n.nspname) AS command
    FROM pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'public')
        AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
        -- an extension that lives in it would go, too
        AND NOT EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid)
    UNION ALL
    SELECT 2, format('DROP %s IF EXISTS %I.%I CASCADE',
        CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE'
            WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND (n.nspname = 'public' OR EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid))
        AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                        AND d.deptype = 'i')
    UNION ALL
    SELECT 3, format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE (n.nspname = 'public' OR EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid))
        AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
    UNION ALL
    SELECT 4, format('DROP TYPE IF EXISTS %I.%I CASCADE', n.nspname, t.typname)
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
        AND (n.nspname = 'public' OR EXISTS (SELECT FROM pg_extension e WHERE e.extnamespace = n.oid))
        AND n.nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
) commands
ORDER BY step, command
