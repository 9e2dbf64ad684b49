-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What lies where; what of it is promised (allocated), held for a cart (reserved), and how it came to be so.

create table inventory (
    id bigint generated always as identity primary key,
    variant_id bigint not null references product_variants (id) on delete restrict,
    location text not null,
    on_hand integer not null default 0,
    allocated integer not null default 0,
    reserved integer not null default 0,
    reorder_point integer not null default 0,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint inventory_variant_id_location_key unique (variant_id, location), -- serves the foreign key, too
    -- Nothing is sold twice.
    constraint inventory_amounts_check check (
        on_hand >= 0 and allocated >= 0 and reserved >= 0 and reorder_point >= 0 and allocated + reserved <= on_hand)
);

-- What has to be bought.
create index idx_inventory_low on inventory (location, variant_id) include (on_hand, reorder_point)
    where on_hand - allocated - reserved <= reorder_point;

create table inventory_allocations (
    id bigint generated always as identity primary key,
    inventory_id bigint not null references inventory (id) on delete restrict,
    order_item_id bigint not null references order_items (id) on delete cascade,
    quantity integer not null,
    created_at timestamptz not null default now(),
    constraint inventory_allocations_order_item_id_inventory_id_key unique (order_item_id, inventory_id),
    constraint inventory_allocations_quantity_check check (quantity > 0)
);

create index idx_inventory_allocations_inventory_id on inventory_allocations (inventory_id);

create table inventory_reservations (
    id bigint generated always as identity primary key,
    inventory_id bigint not null references inventory (id) on delete restrict,
    cart_id bigint references carts (id) on delete set null,
    quantity integer not null,
    expires_at timestamptz not null,
    released_at timestamptz,
    created_at timestamptz not null default now(),
    constraint inventory_reservations_quantity_check check (quantity > 0),
    constraint inventory_reservations_expires_at_check check (expires_at > created_at)
);

create index idx_inventory_reservations_inventory_id on inventory_reservations (inventory_id);
create index idx_inventory_reservations_cart_id on inventory_reservations (cart_id) where cart_id is not null;
create index idx_inventory_reservations_held on inventory_reservations (expires_at) where released_at is null;

create table inventory_transactions (
    id bigint generated always as identity primary key,
    inventory_id bigint not null references inventory (id) on delete restrict,
    kind text not null,
    quantity integer not null,
    reference_type text,
    reference_id bigint,
    performed_by bigint references users (id) on delete set null,
    created_at timestamptz not null default now(),
    constraint inventory_transactions_kind_check check (
        kind in ('receipt', 'sale', 'return', 'adjustment', 'transfer_in', 'transfer_out')),
    -- What comes is positive, what goes is negative; an adjustment is either.
    constraint inventory_transactions_quantity_check check (
        quantity <> 0
        and (kind not in ('receipt', 'return', 'transfer_in') or quantity > 0)
        and (kind not in ('sale', 'transfer_out') or quantity < 0)),
    constraint inventory_transactions_reference_check check ((reference_type is null) = (reference_id is null))
);

create index idx_inventory_transactions_inventory_id on inventory_transactions (inventory_id, created_at desc);
create index idx_inventory_transactions_performed_by on inventory_transactions (performed_by)
    where performed_by is not null;
-- Only ever appended to, in the order of time: a few pages of ranges do for a month's report.
create index idx_inventory_transactions_created_at on inventory_transactions using brin (created_at);

create trigger inventory_updated_at before update on inventory for each row execute function set_updated_at();
