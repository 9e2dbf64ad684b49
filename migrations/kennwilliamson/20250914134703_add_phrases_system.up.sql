-- What the page says while nothing happens: phrases, who does not want which, and what users suggest.

create table phrases (
    id uuid primary key default uuidv7(),
    phrase_text text not null,
    active boolean not null default true,
    created_by uuid references users (id) on delete set null, -- null: came with the application
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint phrases_phrase_text_check check (char_length(phrase_text) between 1 and 500)
);

create unique index uq_phrases_phrase_text on phrases (lower(phrase_text));
create index idx_phrases_active on phrases (id) include (phrase_text) where active; -- a page reads the index alone
create index idx_phrases_created_by on phrases (created_by) where created_by is not null;

create table user_excluded_phrases (
    user_id uuid not null references users (id) on delete cascade,
    phrase_id uuid not null references phrases (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (user_id, phrase_id)
);

create index idx_user_excluded_phrases_phrase_id on user_excluded_phrases (phrase_id);

create table phrase_suggestions (
    id uuid primary key default uuidv7(),
    user_id uuid not null references users (id) on delete cascade,
    phrase_text text not null,
    status text not null default 'pending',
    reviewed_by uuid references users (id) on delete set null, -- a verdict outlives the account of who gave it
    reviewed_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint phrase_suggestions_phrase_text_check check (char_length(phrase_text) between 1 and 500),
    constraint phrase_suggestions_status_check check (status in ('pending', 'approved', 'rejected')),
    constraint phrase_suggestions_reviewed_check check (
        (status = 'pending') = (reviewed_at is null) and (status <> 'pending' or reviewed_by is null))
);

create index idx_phrase_suggestions_user_id on phrase_suggestions (user_id, created_at desc);
create index idx_phrase_suggestions_pending on phrase_suggestions (created_at) where status = 'pending'; -- the queue
create index idx_phrase_suggestions_reviewed_by on phrase_suggestions (reviewed_by) where reviewed_by is not null;

create trigger phrases_updated_at before update on phrases for each row execute function set_updated_at();
create trigger user_excluded_phrases_updated_at before update on user_excluded_phrases
    for each row execute function set_updated_at();
create trigger phrase_suggestions_updated_at before update on phrase_suggestions
    for each row execute function set_updated_at();

insert into phrases (phrase_text) values
    ('Nothing is on fire.'),
    ('A quiet pager is a happy pager.'),
    ('The graphs are boring, as graphs should be.'),
    ('Yesterday''s backup was restored today.'),
    ('Somebody read the runbook before it was needed.'),
    ('The standby is one heartbeat behind, and catching up.'),
    ('All certificates are good for months.'),
    ('The disk is half empty.'),
    ('No migration waits for a lock.'),
    ('The cache is warm, and so is the coffee.'),
    ('Nobody deployed on a Friday.'),
    ('Latency has gone for a walk.'),
    ('The queue is short and moving.'),
    ('Every alert of this week led to an action.'),
    ('The on-call slept through the night.'),
    ('Postmortems are for learning.'),
    ('The load balancer is balanced.'),
    ('What is not measured is at least not burning.'),
    ('The failover drill took less time than the coffee.'),
    ('Déjà vu: it worked the first time, again.');
