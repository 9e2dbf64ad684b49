-- What there is by name: roles, databases, and the extensions of this database.
select 'role ' || rolname as name from pg_roles
union all
select 'database ' || datname from pg_database
union all
select format('extension %s in %s', extname, current_database()) from pg_extension
