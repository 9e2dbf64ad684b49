-- The extensions that a restore may make: what is declared, with what that needs, and what any owner may make.
-- %(declared)s: names
with recursive declared as (
    select pg_catalog.unnest(%(declared)s::name[]) as name
    union
    select required.name
    from declared
    join pg_catalog.pg_available_extensions() available on available.name = declared.name
    join pg_catalog.pg_available_extension_versions() version
        on version.name = available.name and version.version = available.default_version
    cross join pg_catalog.unnest(version.requires) as required (name)
)
select name::text from declared
union
select name::text from pg_catalog.pg_available_extension_versions() where trusted or not superuser
