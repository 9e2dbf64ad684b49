-- Accounts, and the timers that say how long there has been no incident.
-- Needs nothing declared.

-- RFC 9562: 48 bits of milliseconds, the version, 12 bits of the rest of the millisecond, the variant, 62 random bits;
-- so that keys made one after the other sort one after the other, to the microsecond. PostgreSQL 18 has its own.
-- The random half is that of a version 4, which has the same variant in the same place.
do $migration$
begin
    if current_setting('server_version_num')::integer < 180000 then
        create function uuidv7() returns uuid language sql volatile parallel safe as $$
            select (
                lpad(to_hex((us / 1000 << 16) | x'7000'::bigint | (us % 1000 * 4096 / 1000)), 16, '0')
                || substr(gen_random_uuid()::text, 20)
            )::uuid
            from (select (extract(epoch from clock_timestamp()) * 1000000)::bigint as us) as clock
        $$;
    end if;
end
$migration$;

create function set_updated_at() returns trigger language plpgsql as $$
begin
    new.updated_at := pg_catalog.now();
    return new;
end
$$;

create table users (
    id uuid primary key default uuidv7(),
    email text not null,
    password_hash text not null,
    user_slug text not null, -- what stands in public addresses, so that the key need not
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_email_key unique (email),
    constraint users_user_slug_key unique (user_slug),
    constraint users_user_slug_check check (user_slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

-- Not to be told apart by a person means not to be told apart here.
create unique index uq_users_email_lower on users (lower(email));

create table roles (
    id uuid primary key default uuidv7(),
    name text not null,
    description text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint roles_name_key unique (name)
);

create table user_roles (
    user_id uuid not null references users (id) on delete cascade,
    role_id uuid not null references roles (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (user_id, role_id)
);

create index idx_user_roles_role_id on user_roles (role_id);

create table incident_timers (
    id uuid primary key default uuidv7(),
    user_id uuid not null references users (id) on delete cascade,
    reset_timestamp timestamptz not null default now(),
    notes text,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

-- The page shows the latest timer of a user.
create index idx_incident_timers_user_id on incident_timers (user_id, reset_timestamp desc);

create trigger users_updated_at before update on users for each row execute function set_updated_at();
create trigger roles_updated_at before update on roles for each row execute function set_updated_at();
create trigger user_roles_updated_at before update on user_roles for each row execute function set_updated_at();
create trigger incident_timers_updated_at before update on incident_timers
    for each row execute function set_updated_at();

insert into roles (name, description) values
    ('user', 'Has timers and phrases of their own'),
    ('admin', 'Reviews what others suggest');
