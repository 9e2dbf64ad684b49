-- The tables whose rows a dump may hold, largest first.  %(tables)s, %(without)s, %(without_rows)s: patterns as JSON;
-- %(path)s: the schemas in which a pattern without one looks
with chosen as (
    select 'tables' as kind, p.* from jsonb_to_recordset(%(tables)s) as p (schema text, name text)
    union all
    select 'without', p.* from jsonb_to_recordset(%(without)s) as p (schema text, name text)
    union all
    select 'without', p.* from jsonb_to_recordset(%(without_rows)s) as p (schema text, name text)
), path as (
    select s.nspname, s.place from unnest(%(path)s::name[]) with ordinality as s (nspname, place)
), found as (
    select c.oid, c.relpersistence, c.relpages, n.nspname, c.relname,
        coalesce((select array_agg(distinct p.kind) from chosen p
            where c.relname ~ p.name
            and case when p.schema is null then c.oid = first.oid else n.nspname ~ p.schema end),
            '{}') as named
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral ( -- what the name alone means
        select (
            select o.oid from path join pg_namespace m on m.nspname = path.nspname
            join pg_class o on o.relnamespace = m.oid and o.relname = c.relname
            order by path.place limit 1) as oid) as first
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
