-- Logins that last, and accounts that are switched off instead of deleted. A constant default rewrites nothing.

alter table users add column active boolean not null default true;

create table refresh_tokens (
    id uuid primary key default uuidv7(),
    user_id uuid not null references users (id) on delete cascade,
    token_hash bytea not null, -- SHA-256: who reads the table cannot log in with it
    expires_at timestamptz not null,
    last_used_at timestamptz, -- each use moves expires_at and replaces the hash
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint refresh_tokens_token_hash_key unique (token_hash),
    constraint refresh_tokens_token_hash_check check (octet_length(token_hash) = 32),
    constraint refresh_tokens_expires_at_check check (expires_at > created_at)
);

create index idx_refresh_tokens_user_id on refresh_tokens (user_id);
create index idx_refresh_tokens_expires_at on refresh_tokens (expires_at); -- for the broom

create trigger refresh_tokens_updated_at before update on refresh_tokens
    for each row execute function set_updated_at();
