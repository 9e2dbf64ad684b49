-- The tables and materialized views whose statistics can be made here: none with a foreign partition or child.
with recursive below as (
    select c.oid as top, c.oid from pg_catalog.pg_class c where c.relkind in ('r', 'p', 'm')
    union all
    select below.top, i.inhrelid from below join pg_catalog.pg_inherits i on i.inhparent = below.oid
)
select pg_catalog.format('%I.%I', n.nspname, c.relname) as name
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and c.relpersistence <> 't'
    and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
    and not exists (
        select from below
        join pg_catalog.pg_class child on child.oid = below.oid
        where below.top = c.oid and child.relkind = 'f')
order by 1
