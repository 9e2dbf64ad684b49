-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What happened (events), what others are yet to be told of it (outbox), and who did it (audit log).
-- These point at anything by kind and number, so what they point at may be gone.

create table events (
    id bigint generated always as identity primary key,
    aggregate_type text not null,
    aggregate_id bigint not null,
    version integer not null,
    event_type text not null,
    payload jsonb not null default '{}',
    occurred_at timestamptz not null default now(),
    -- Two writers of one thing cannot both have been first.
    constraint events_aggregate_version_key unique (aggregate_type, aggregate_id, version),
    constraint events_version_check check (version > 0)
);

create index idx_events_event_type on events (event_type, occurred_at desc);
create index idx_events_occurred_at on events using brin (occurred_at);

create table outbox (
    id bigint generated always as identity primary key,
    topic text not null,
    message_key text not null,
    payload jsonb not null,
    attempts integer not null default 0,
    last_error text,
    available_at timestamptz not null default now(),
    published_at timestamptz,
    created_at timestamptz not null default now(),
    constraint outbox_attempts_check check (attempts >= 0)
);

-- The relay asks every second. What is published is not in here, so it stays as small as the backlog.
create index idx_outbox_unpublished on outbox (available_at, id) where published_at is null;
create index idx_outbox_published_at on outbox (published_at) where published_at is not null; -- for the broom

create table audit_log (
    id bigint generated always as identity primary key,
    actor_id bigint references users (id) on delete set null, -- null: a program, or somebody who is gone
    action text not null,
    entity_type text not null,
    entity_id bigint not null,
    changes jsonb,
    ip_address inet,
    created_at timestamptz not null default now()
);

create index idx_audit_log_actor_id on audit_log (actor_id, created_at desc) where actor_id is not null;
create index idx_audit_log_entity on audit_log (entity_type, entity_id, created_at desc);
create index idx_audit_log_created_at on audit_log using brin (created_at);
