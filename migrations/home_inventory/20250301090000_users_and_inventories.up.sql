-- People, what they keep lists of, and whom they let see them.
-- The environment has to declare the extension pg_trgm for this database; the last migration indexes with it.

create function set_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end
$$;

create table users (
    id bigint generated always as identity primary key,
    email text not null,
    password_hash text not null,
    display_name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create unique index uq_users_email on users (lower(email));

create table inventories (
    id bigint generated always as identity primary key,
    owner_id bigint not null references users (id) on delete cascade,
    name text not null,
    description text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint inventories_name_check check (name <> '')
);

create unique index uq_inventories_owner_name on inventories (owner_id, lower(name)); -- serves the cascade, too

-- Who besides the owner sees an inventory.
create table access_grants (
    inventory_id bigint not null references inventories (id) on delete cascade,
    user_id bigint not null references users (id) on delete cascade,
    level text not null default 'viewer',
    granted_by bigint references users (id) on delete set null,
    created_at timestamptz not null default now(),
    primary key (inventory_id, user_id),
    constraint access_grants_level_check check (level in ('viewer', 'editor'))
);

-- "Shared with me" is asked at every page, and answered from the index alone.
create index idx_access_grants_user_id on access_grants (user_id) include (inventory_id, level);
create index idx_access_grants_granted_by on access_grants (granted_by) where granted_by is not null;

create trigger users_updated_at before update on users for each row execute function set_updated_at();
create trigger inventories_updated_at before update on inventories for each row execute function set_updated_at();
