-- One row for each object of the schema: its kind, its name, the SHA-256 of its definition. No OIDs and no positions:
-- the same schema made in another order has the same rows. Owners, rights, extensions and their members are the
-- deploy's, not the migrations', and are left out.
WITH spaces AS (
    SELECT oid, quote_ident(nspname) AS name
    FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'pgsteward')
),
members AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
relations AS (
    SELECT c.*, s.name || '.' || quote_ident(c.relname) AS name
    FROM pg_class c
    JOIN spaces s ON s.oid = c.relnamespace
    WHERE c.relname <> '_sqlx_migrations'
        AND NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
functions AS (
    SELECT p.*, s.name || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS name
    FROM pg_proc p
    JOIN spaces s ON s.oid = p.pronamespace
    WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
),
types AS (
    SELECT t.*, s.name || '.' || quote_ident(t.typname) AS name
    FROM pg_type t
    JOIN spaces s ON s.oid = t.typnamespace
    WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
),
objects (kind, name, definition) AS (
    SELECT 'schema', name, '' FROM spaces s
    WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = s.oid)

    UNION ALL
    SELECT
        CASE c.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END, c.name,
        concat_ws('|', c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity, c.relreplident,
            coalesce((SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) o), ''),
            coalesce(pg_get_partkeydef(c.oid), ''), coalesce(pg_get_expr(c.relpartbound, c.oid), ''),
            coalesce((SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhparent::regclass::text)
                      FROM pg_inherits i WHERE i.inhrelid = c.oid), ''),
            coalesce((SELECT a.amname FROM pg_am a WHERE a.oid = c.relam), ''))
    FROM relations c WHERE c.relkind IN ('r', 'p', 'f')

    UNION ALL
    SELECT
        'column', c.name || '.' || quote_ident(a.attname),
        concat_ws('|', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
            coalesce(pg_get_expr(d.adbin, d.adrelid), ''), a.attcollation::regcollation, a.attstorage, a.attcompression)
    FROM relations c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relkind IN ('r', 'p', 'f', 'c')

    UNION ALL
    SELECT CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, c.name,
        concat_ws('|', pg_get_viewdef(c.oid),
            (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(c.reloptions) o))
    FROM relations c WHERE c.relkind IN ('v', 'm')

    UNION ALL
    SELECT 'sequence', c.name,
        concat_ws('|', format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
            s.seqcycle, c.relpersistence,
            (SELECT d.refobjid::regclass::text || '.' || quote_ident(a.attname)
             FROM pg_depend d
             JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
             WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
             LIMIT 1))
    FROM relations c JOIN pg_sequence s ON s.seqrelid = c.oid

    UNION ALL
    SELECT 'index', c.name, concat_ws('|', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisclustered, i.indisreplident)
    FROM pg_index i
    JOIN relations c ON c.oid = i.indexrelid
    JOIN relations t ON t.oid = i.indrelid

    UNION ALL
    -- NOT NULL is a constraint of its own since 18; here it is said by its column
    SELECT 'constraint', coalesce(c.name, t.name) || '.' || quote_ident(k.conname),
        concat_ws('|', pg_get_constraintdef(k.oid), k.convalidated)
    FROM pg_constraint k
    LEFT JOIN relations c ON c.oid = k.conrelid
    LEFT JOIN types t ON t.oid = k.contypid
    WHERE k.contype NOT IN ('n', 't') AND coalesce(c.name, t.name) IS NOT NULL

    UNION ALL
    SELECT 'trigger', c.name || '.' || quote_ident(t.tgname), concat_ws('|', pg_get_triggerdef(t.oid), t.tgenabled)
    FROM pg_trigger t JOIN relations c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal

    UNION ALL
    SELECT 'rule', c.name || '.' || quote_ident(r.rulename), concat_ws('|', pg_get_ruledef(r.oid), r.ev_enabled)
    FROM pg_rewrite r JOIN relations c ON c.oid = r.ev_class WHERE r.rulename <> '_RETURN'

    UNION ALL
    SELECT 'policy', c.name || '.' || quote_ident(p.polname),
        concat_ws('|', p.polcmd, p.polpermissive,
            (SELECT string_agg(CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END, ',' ORDER BY r::regrole::text)
             FROM unnest(p.polroles) r),
            coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''))
    FROM pg_policy p JOIN relations c ON c.oid = p.polrelid

    UNION ALL
    SELECT CASE f.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, f.name, pg_get_functiondef(f.oid)
    FROM functions f WHERE f.prokind <> 'a'

    UNION ALL
    SELECT 'aggregate', f.name,
        concat_ws('|', a.aggkind, a.aggtransfn::regproc, a.aggfinalfn::regproc, a.aggcombinefn::regproc,
            format_type(a.aggtranstype, NULL), a.agginitval, a.aggsortop::regoperator)
    FROM functions f JOIN pg_aggregate a ON a.aggfnoid = f.oid

    UNION ALL
    SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END, t.name,
        concat_ws('|', t.typtype, t.typnotnull, coalesce(t.typdefault, ''), format_type(t.typbasetype, t.typtypmod),
            (SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
             FROM pg_enum e WHERE e.enumtypid = t.oid),
            (SELECT format_type(r.rngsubtype, NULL) FROM pg_range r WHERE r.rngtypid = t.oid))
    FROM types t
    LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c'

    UNION ALL
    SELECT 'statistics', s.name || '.' || quote_ident(x.stxname), pg_get_statisticsobjdef(x.oid)
    FROM pg_statistic_ext x JOIN spaces s ON s.oid = x.stxnamespace

    UNION ALL
    SELECT 'collation', s.name || '.' || quote_ident(x.collname),
        concat_ws('|', x.collprovider, x.collcollate, x.collctype, x.collisdeterministic)
    FROM pg_collation x JOIN spaces s ON s.oid = x.collnamespace
    WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_collation'::regclass AND m.objid = x.oid)

    UNION ALL
    SELECT 'event trigger', quote_ident(e.evtname),
        concat_ws('|', e.evtevent, e.evtfoid::regprocedure, e.evtenabled,
            (SELECT string_agg(g, ',' ORDER BY g) FROM unnest(e.evttags) g))
    FROM pg_event_trigger e
    WHERE NOT EXISTS (SELECT FROM members m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = e.oid)

    UNION ALL
    SELECT 'comment', o.type || ' ' || o.identity, d.description
    FROM pg_description d
    CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) o
    WHERE d.objoid >= 16384
        AND d.classoid IN ('pg_class'::regclass, 'pg_proc'::regclass, 'pg_type'::regclass, 'pg_namespace'::regclass,
                           'pg_constraint'::regclass, 'pg_trigger'::regclass)
        AND coalesce(o.schema, '') NOT IN ('pgsteward', 'pg_toast') AND o.identity NOT IN ('pgsteward')
        AND NOT EXISTS (SELECT FROM members m WHERE m.classid = d.classoid AND m.objid = d.objoid)
)
SELECT kind || ' ' || name AS object, encode(sha256(convert_to(definition, 'UTF8')), 'hex') AS digest
FROM objects
