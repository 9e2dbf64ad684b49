-- The roles of this server: whether one is, or can become, a superuser; and whether one can do what no owner should.
select r.rolname as name,
    exists (
        select from pg_catalog.pg_roles p
        where p.rolsuper and pg_catalog.pg_has_role(r.oid, p.oid, 'member')) as superuser,
    exists (
        select from pg_catalog.pg_roles p
        where pg_catalog.pg_has_role(r.oid, p.oid, 'member') and (
            p.rolsuper or p.rolcreaterole or p.rolreplication or p.rolbypassrls or p.rolname in (
            'pg_execute_server_program', 'pg_write_server_files', 'pg_read_server_files'))) as powerful
from pg_catalog.pg_roles r
