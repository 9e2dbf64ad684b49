-- The tables whose rows a dump may hold, largest first.  %(tables)s, %(without)s, %(without_rows)s: patterns as JSON
with chosen as (
    select 'tables' as kind, p.* from jsonb_to_recordset(%(tables)s) as p (schema text, name text)
    union all
    select 'without', p.* from jsonb_to_recordset(%(without)s) as p (schema text, name text)
    union all
    select 'without', p.* from jsonb_to_recordset(%(without_rows)s) as p (schema text, name text)
), found as (
    select c.oid, c.relpersistence, c.relpages, n.nspname, c.relname,
        coalesce((select array_agg(distinct p.kind) from chosen p
            where c.relname ~ p.name
            and case when p.schema is null then pg_table_is_visible(c.oid) else n.nspname ~ p.schema end),
            '{}') as named
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relpersistence <> 't'
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
)
select
    oid::bigint as oid,
    format('%%I.%%I', nspname, relname) as name,
    relpersistence = 'u' as unlogged,
    exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = found.oid and d.deptype = 'e')
        as extensions,
    ('tables' = any (named) or not exists (select from chosen where kind = 'tables')) and 'without' <> all (named)
        as wanted
from found
order by relpages desc, oid
