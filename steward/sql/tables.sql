-- The tables of a database that are restored with their rows: not those of the system, nor unlogged and temporary ones.
-- Materialized views are queries, which may not be run for a count.
select c.oid::regclass::text as "table", pg_relation_size(c.oid) as bytes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and c.relpersistence = 'p'
  and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_toast%'
