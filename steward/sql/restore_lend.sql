-- What lets an owner build upon others' objects, and upon extensions, while his own rights are not yet there: statements
-- that give what is missing, or that take all of it back.  %(role)s: name  %(several)s: whether there are other owners
-- %(makes)s: schemas in which he makes something  %(database)s: whether he makes schemas or publications  %(keys)s: whether he makes keys
-- %(verb)s: grant or revoke
with role as (
    select r.oid, pg_catalog.format(case %(verb)s::text when 'grant' then 'to %%I' else 'from %%I' end, r.rolname) as whom,
        %(verb)s::text = 'revoke' as back, %(several)s::boolean as several
    from pg_catalog.pg_roles r where r.rolname = %(role)s::name
), schema as (
    select n.oid, n.nspname, n.nspowner from pg_catalog.pg_namespace n
    where n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
)
select pg_catalog.format('%%s create on database %%I %%s', %(verb)s::text, d.datname, whom) as text
from role, pg_catalog.pg_database d
where several and %(database)s::boolean and d.datname = pg_catalog.current_database() and d.datdba <> role.oid
    and (back or not pg_catalog.has_database_privilege(role.oid, d.oid, 'create'))
union all
select pg_catalog.format('%%s usage on schema %%I %%s', %(verb)s::text, schema.nspname, whom)
from role, schema
where several and schema.nspowner <> role.oid
    and (back or not pg_catalog.has_schema_privilege(role.oid, schema.oid, 'usage'))
union all
select pg_catalog.format('%%s create on schema %%I %%s', %(verb)s::text, schema.nspname, whom)
from role, schema
where several and schema.nspname = any (%(makes)s::name[]) and schema.nspowner <> role.oid
    and (back or not pg_catalog.has_schema_privilege(role.oid, schema.oid, 'create'))
union all
select pg_catalog.format('%%s references on table %%I.%%I %%s', %(verb)s::text, schema.nspname, c.relname, whom)
from role, schema
join pg_catalog.pg_class c on c.relnamespace = schema.oid
where several and %(keys)s::boolean and c.relkind in ('r', 'p') and c.relowner <> role.oid
    and (back or not pg_catalog.has_table_privilege(role.oid, c.oid, 'references'))
    and not exists (
        select from pg_catalog.pg_depend x
        where x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and x.objid = c.oid and x.deptype = 'e')
union all
select pg_catalog.format('%%s usage on foreign server %%I %%s', %(verb)s::text, s.srvname, whom)
from role, pg_catalog.pg_foreign_server s
where several and s.srvowner <> role.oid
    and (back or not pg_catalog.has_server_privilege(role.oid, s.oid, 'usage'))
union all
-- a wrapper is its extension's, which is declared; a server that was made with it is to come back
select pg_catalog.format('%%s usage on foreign data wrapper %%I %%s', %(verb)s::text, w.fdwname, whom)
from role, pg_catalog.pg_foreign_data_wrapper w
where w.fdwowner <> role.oid
    and (back or not pg_catalog.has_foreign_data_wrapper_privilege(role.oid, w.oid, 'usage'))
