-- Whether nobody has made anything in this database. One row.
select not exists (
    select from pg_class c where c.relnamespace not in (
        select oid from pg_namespace where nspname in ('information_schema', 'pgsteward') or nspname ~ '^pg_')
    and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
) and not exists (
    select from pg_proc p where p.pronamespace not in (
        select oid from pg_namespace where nspname in ('information_schema', 'pgsteward') or nspname ~ '^pg_')
    and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
) and not exists (select from pg_largeobject_metadata) as empty
