-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What comes back, and what is promised for when it breaks.

create table returns (
    id bigint generated always as identity primary key,
    rma_number text not null,
    order_id bigint not null references orders (id) on delete restrict,
    customer_id bigint not null references customers (id) on delete restrict,
    status text not null default 'requested',
    reason text not null,
    refund_cents bigint,
    received_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint returns_rma_number_key unique (rma_number),
    constraint returns_status_check check (
        status in ('requested', 'approved', 'rejected', 'received', 'refunded', 'closed')),
    constraint returns_reason_check check (
        reason in ('defective', 'wrong_item', 'damaged', 'not_as_described', 'changed_mind', 'late')),
    constraint returns_refund_cents_check check (
        refund_cents >= 0 and (status <> 'refunded' or refund_cents is not null))
);

create index idx_returns_order_id on returns (order_id);
create index idx_returns_customer_id on returns (customer_id);
create index idx_returns_requested on returns (created_at) where status = 'requested'; -- the queue

create table return_items (
    id bigint generated always as identity primary key,
    return_id bigint not null references returns (id) on delete cascade,
    order_item_id bigint not null references order_items (id) on delete restrict,
    quantity integer not null,
    condition text not null default 'unopened',
    restock boolean not null default false,
    constraint return_items_return_id_order_item_id_key unique (return_id, order_item_id),
    constraint return_items_quantity_check check (quantity > 0),
    constraint return_items_condition_check check (condition in ('unopened', 'opened', 'used', 'broken'))
);

create index idx_return_items_order_item_id on return_items (order_item_id);

create table return_approvals (
    id bigint generated always as identity primary key,
    return_id bigint not null references returns (id) on delete cascade,
    approver_id bigint references users (id) on delete set null, -- a verdict outlives the account of who gave it
    decision text not null,
    comment text,
    decided_at timestamptz not null default now(),
    constraint return_approvals_decision_check check (decision in ('approved', 'rejected'))
);

create index idx_return_approvals_return_id on return_approvals (return_id);
create index idx_return_approvals_approver_id on return_approvals (approver_id) where approver_id is not null;

create table warranties (
    id bigint generated always as identity primary key,
    warranty_number text not null,
    order_item_id bigint not null references order_items (id) on delete restrict,
    customer_id bigint not null references customers (id) on delete restrict,
    status text not null default 'active',
    starts_on date not null,
    ends_on date not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint warranties_warranty_number_key unique (warranty_number),
    constraint warranties_order_item_id_key unique (order_item_id),
    constraint warranties_status_check check (status in ('active', 'expired', 'void')),
    constraint warranties_ends_on_check check (ends_on > starts_on)
);

create index idx_warranties_customer_id on warranties (customer_id);
create index idx_warranties_active on warranties (ends_on) where status = 'active'; -- what expires tonight

create table warranty_claims (
    id bigint generated always as identity primary key,
    claim_number text not null,
    warranty_id bigint not null references warranties (id) on delete restrict,
    status text not null default 'submitted',
    description text not null,
    resolution text,
    resolved_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint warranty_claims_claim_number_key unique (claim_number),
    constraint warranty_claims_status_check check (
        status in ('submitted', 'in_review', 'approved', 'denied', 'resolved')),
    constraint warranty_claims_resolved_at_check check ((status = 'resolved') = (resolved_at is not null))
);

create index idx_warranty_claims_warranty_id on warranty_claims (warranty_id);
create index idx_warranty_claims_open on warranty_claims (created_at) where status in ('submitted', 'in_review');

create trigger returns_updated_at before update on returns for each row execute function set_updated_at();
create trigger warranties_updated_at before update on warranties for each row execute function set_updated_at();
create trigger warranty_claims_updated_at before update on warranty_claims
    for each row execute function set_updated_at();
