-- Who works with the shop: people, programs, and their tokens. What customers are is in the next migration.
-- Needs nothing declared. Money is in cents of the currency beside it; keys are identities, because rows that come
-- together are asked for together, and a random key would scatter them.

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
    full_name text not null,
    role text not null default 'agent',
    active boolean not null default true,
    last_login_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint users_role_check check (role in ('admin', 'manager', 'agent', 'service'))
);

create unique index uq_users_email on users (lower(email));

-- Of each secret only the SHA-256 is kept: who reads these tables cannot log in with what is in them.
create table api_keys (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    name text not null,
    key_hash bytea not null,
    scopes text[] not null default '{}',
    expires_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz not null default now(),
    constraint api_keys_key_hash_key unique (key_hash),
    constraint api_keys_key_hash_check check (octet_length(key_hash) = 32)
);

create unique index uq_api_keys_user_name on api_keys (user_id, lower(name)) where revoked_at is null;
create index idx_api_keys_user_id on api_keys (user_id);

create table refresh_tokens (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    token_hash bytea not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint refresh_tokens_token_hash_key unique (token_hash),
    constraint refresh_tokens_token_hash_check check (octet_length(token_hash) = 32),
    constraint refresh_tokens_expires_at_check check (expires_at > created_at)
);

create index idx_refresh_tokens_user_id on refresh_tokens (user_id);
create index idx_refresh_tokens_live on refresh_tokens (expires_at) where revoked_at is null;

create table password_reset_tokens (
    id bigint generated always as identity primary key,
    user_id bigint not null references users (id) on delete cascade,
    token_hash bytea not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    created_at timestamptz not null default now(),
    constraint password_reset_tokens_token_hash_key unique (token_hash),
    constraint password_reset_tokens_token_hash_check check (octet_length(token_hash) = 32),
    constraint password_reset_tokens_expires_at_check check (expires_at > created_at)
);

create index idx_password_reset_tokens_user_id on password_reset_tokens (user_id);

create trigger users_updated_at before update on users for each row execute function set_updated_at();
