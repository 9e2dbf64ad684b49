-- What belongs to a part of a restored database, and what does not.  %(schema)s, %(table)s: empty for all of a schema
-- `line`: what a dump's table of contents calls the rows of the part, without their owner; `key`: takes a foreign key
-- away that leads out of it or into it; `other`: drops a relation that is not of it, nor a parent of what is.
with recursive mine as (
    select c.oid
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = %(schema)s and %(table)s::text in ('', c.relname::text) and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union
    select i.inhrelid from pg_inherits i join mine on i.inhparent = mine.oid
), above as (
    select oid from mine
    union
    select i.inhparent from pg_inherits i join above on i.inhrelid = above.oid
), owned as (
    select objid as oid from pg_depend
    where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass
    and refobjid in (select oid from mine) and deptype in ('a', 'i')
), relation as (
    select c.oid, c.relkind, c.relname, n.nspname
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (
        select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
)
select 'line' as what, translate(concat_ws(' ',
    case relkind when 'S' then 'SEQUENCE SET' when 'm' then 'MATERIALIZED VIEW DATA' else 'TABLE DATA' end,
    nspname, relname), E'\n\r', '  ') as text
from relation
where relkind in ('r', 'p', 'm', 'S') and (oid in (select oid from mine) or oid in (select oid from owned))
union all
select 'key', format('alter table %%s drop constraint %%I', conrelid::regclass, conname)
from pg_constraint
where contype = 'f' and conparentid = 0
and (conrelid in (select oid from mine)) <> (confrelid in (select oid from mine))
union all
select 'other', format('drop %%s if exists %%I.%%I',
    case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
    when 'S' then 'sequence' else 'table' end, nspname, relname)
from relation
where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
and oid not in (select oid from above) and oid not in (select oid from owned)
