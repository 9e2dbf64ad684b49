-- pgsteward: allow prefer-bigint-over-int because nobody owns two thousand million of a thing
-- The things: where they are, what they cost, until when somebody else repairs them, and pictures of them.

-- Everybody's, and loaded from seeds/home_inventory.
create table categories (
    id bigint generated always as identity primary key,
    name text not null
);

create unique index uq_categories_name on categories (lower(name));

-- Rooms, and shelves in them. Each inventory has its own: the foreign keys carry the inventory along, so that no
-- thing can be in the neighbour's cellar.
create table locations (
    id bigint generated always as identity primary key,
    inventory_id bigint not null references inventories (id) on delete cascade,
    parent_id bigint,
    name text not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint locations_inventory_id_id_key unique (inventory_id, id),
    constraint locations_parent_fkey foreign key (inventory_id, parent_id) references locations (inventory_id, id)
        on delete cascade,
    constraint locations_parent_check check (parent_id <> id)
);

-- Nulls are distinct in a unique index, so the outermost need one of their own.
create unique index uq_locations_name on locations (inventory_id, parent_id, lower(name));
create unique index uq_locations_outermost_name on locations (inventory_id, lower(name)) where parent_id is null;

create table items (
    id bigint generated always as identity primary key,
    inventory_id bigint not null references inventories (id) on delete cascade,
    category_id bigint references categories (id) on delete set null,
    location_id bigint,
    name text not null,
    description text,
    tags text[] not null default '{}',
    quantity integer not null default 1,
    purchase_date date,
    price_cents bigint, -- of one
    currency text not null default 'EUR',
    warranty_until date,
    serial_number text,
    archived_at timestamptz, -- given away, sold, broken: kept, but no longer listed
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    -- A place that still holds something is not deleted; the whole inventory is.
    constraint items_location_fkey foreign key (inventory_id, location_id) references locations (inventory_id, id),
    constraint items_name_check check (name <> ''),
    constraint items_quantity_check check (quantity > 0),
    constraint items_price_cents_check check (price_cents >= 0),
    constraint items_currency_check check (currency ~ '^[A-Z]{3}$'),
    constraint items_warranty_until_check check (warranty_until >= purchase_date)
);

-- Pictures lie in an object store; this is where.
create table item_photos (
    id bigint generated always as identity primary key,
    item_id bigint not null references items (id) on delete cascade,
    position integer not null default 0,
    storage_key text not null,
    content_type text not null,
    size_bytes bigint not null,
    created_at timestamptz not null default now(),
    constraint item_photos_storage_key_key unique (storage_key),
    constraint item_photos_item_id_position_key unique (item_id, position), -- serves the cascade, too
    constraint item_photos_position_check check (position >= 0),
    constraint item_photos_size_bytes_check check (size_bytes > 0)
);

create trigger locations_updated_at before update on locations for each row execute function set_updated_at();
create trigger items_updated_at before update on items for each row execute function set_updated_at();
