-- pgsteward: allow prefer-bigint-over-int because depths, positions and stars are small by nature and by check
-- Links, what they are filed under, and whose they are.
-- Needs nothing declared: gen_random_uuid() is PostgreSQL's own.

create table users (
    id uuid primary key default gen_random_uuid(),
    email text not null,
    password_hash text not null, -- Argon2, with its parameters and salt
    created_at timestamptz not null default now(),
    -- One index is both the promise and the way to look a user up.
    constraint idx_users_email unique (email)
);

create table links (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    url text not null,
    domain text not null,
    path text not null,
    title text,
    description text,
    logo bytea,
    source_code_url text,
    documentation_url text,
    notes text,
    status text not null default 'active',
    github_stars integer,
    github_archived boolean,
    github_last_commit date,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    refreshed_at timestamptz,
    constraint links_status_check check (status in ('active', 'archived', 'inaccessible', 'repo_unavailable')),
    constraint uq_links_user_domain_path unique (user_id, domain, path)
);

create index idx_links_user_id on links (user_id);
create index idx_links_domain on links (domain);
create index idx_links_status on links (status);
create index idx_links_created_at on links (created_at);

create table categories (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users (id) on delete cascade,
    name text not null,
    parent_id uuid references categories (id) on delete cascade,
    depth integer not null default 0,
    sort_order integer,
    created_at timestamptz not null default now(),
    constraint categories_depth_check check (depth between 0 and 2)
);

create unique index uq_categories_user_name on categories (user_id, lower(name));
create index idx_categories_user_id on categories (user_id);
create index idx_categories_parent_id on categories (parent_id);

-- Languages, licenses and tags of nobody (user_id is null) are everybody's. Nulls are distinct in a unique index, so
-- names that are everybody's need one of their own (NULLS NOT DISTINCT would be 15 and newer).
create table languages (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references users (id) on delete cascade,
    name text not null,
    created_at timestamptz not null default now()
);

create unique index uq_languages_user_name on languages (user_id, lower(name));
create unique index uq_languages_global_name on languages (lower(name)) where user_id is null;
create index idx_languages_user_id on languages (user_id);

create table licenses (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references users (id) on delete cascade,
    name text not null,
    full_name text not null,
    created_at timestamptz not null default now()
);

create unique index uq_licenses_user_name on licenses (user_id, lower(name));
create unique index uq_licenses_global_name on licenses (lower(name)) where user_id is null;
create index idx_licenses_user_id on licenses (user_id);

create table tags (
    id uuid primary key default gen_random_uuid(),
    user_id uuid references users (id) on delete cascade,
    name text not null,
    created_at timestamptz not null default now()
);

create unique index uq_tags_user_name on tags (user_id, lower(name));
create unique index uq_tags_global_name on tags (lower(name)) where user_id is null;
create index idx_tags_user_id on tags (user_id);

-- The primary keys lead from a link to what it is filed under, the indexes back again, and serve the cascades.
create table link_categories (
    link_id uuid not null references links (id) on delete cascade,
    category_id uuid not null references categories (id) on delete cascade,
    primary key (link_id, category_id)
);

create index idx_link_categories_category_id on link_categories (category_id);

create table link_languages (
    link_id uuid not null references links (id) on delete cascade,
    language_id uuid not null references languages (id) on delete cascade,
    order_num integer not null,
    primary key (link_id, language_id)
);

create index idx_link_languages_language_id on link_languages (language_id);

create table link_licenses (
    link_id uuid not null references links (id) on delete cascade,
    license_id uuid not null references licenses (id) on delete cascade,
    order_num integer not null,
    primary key (link_id, license_id)
);

create index idx_link_licenses_license_id on link_licenses (license_id);

create table link_tags (
    link_id uuid not null references links (id) on delete cascade,
    tag_id uuid not null references tags (id) on delete cascade,
    order_num integer not null,
    primary key (link_id, tag_id)
);

create index idx_link_tags_tag_id on link_tags (tag_id);

create function set_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end
$$;

-- Only what a person reads counts as an update: the scheduler's notes about its visits (refreshed_at and what later
-- migrations add) do not.
create trigger links_updated_at
    before update of url, domain, path, title, description, logo, source_code_url, documentation_url, notes, status,
        github_stars, github_archived, github_last_commit on links
    for each row execute function set_updated_at();

-- What is everybody's is the owner's to change (migrations run as the owner), not the application's. A policy would
-- hide the attempt, and stop the dumps of a role that may only read; a trigger says no.
create function refuse_change_of_global() returns trigger language plpgsql as $$
begin
    if pg_catalog.pg_has_role(
        current_user, (select c.relowner from pg_catalog.pg_class c where c.oid = tg_relid), 'usage') then
        return case tg_op when 'DELETE' then old else new end;
    end if;
    raise insufficient_privilege using
        message = pg_catalog.format('%s of everybody are not changed by %s: %s', tg_table_name, current_user, old.name),
        hint = 'only the owner may, in a migration; users can have their own beside it';
end
$$;

create trigger languages_global before update or delete on languages
    for each row when (old.user_id is null) execute function refuse_change_of_global();
create trigger licenses_global before update or delete on licenses
    for each row when (old.user_id is null) execute function refuse_change_of_global();
create trigger tags_global before update or delete on tags
    for each row when (old.user_id is null) execute function refuse_change_of_global();
