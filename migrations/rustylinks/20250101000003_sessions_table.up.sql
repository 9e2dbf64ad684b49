-- Who is logged in.

create table sessions (
    id text primary key, -- a random token, in hex
    user_id uuid not null references users (id) on delete cascade,
    created_at timestamptz not null default now()
);

create index idx_sessions_user_id on sessions (user_id);
