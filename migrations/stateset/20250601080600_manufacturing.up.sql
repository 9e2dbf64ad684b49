-- pgsteward: allow prefer-bigint-over-int because quantities and counters are small; money and keys are bigint
-- What is made here, of what, and how.

create table bill_of_materials (
    id bigint generated always as identity primary key,
    variant_id bigint not null references product_variants (id) on delete restrict,
    revision integer not null default 1,
    status text not null default 'draft',
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint bill_of_materials_variant_id_revision_key unique (variant_id, revision), -- serves the foreign key, too
    constraint bill_of_materials_revision_check check (revision > 0),
    constraint bill_of_materials_status_check check (status in ('draft', 'active', 'obsolete'))
);

-- A thing is made in one way at a time.
create unique index uq_bill_of_materials_active on bill_of_materials (variant_id) where status = 'active';

create table bom_line_items (
    id bigint generated always as identity primary key,
    bom_id bigint not null references bill_of_materials (id) on delete cascade,
    component_variant_id bigint not null references product_variants (id) on delete restrict,
    quantity numeric(12, 4) not null, -- of metres and litres, too
    scrap_percent numeric(5, 2) not null default 0,
    constraint bom_line_items_bom_id_component_variant_id_key unique (bom_id, component_variant_id),
    constraint bom_line_items_quantity_check check (quantity > 0),
    constraint bom_line_items_scrap_percent_check check (scrap_percent between 0 and 100)
);

create index idx_bom_line_items_component_variant_id on bom_line_items (component_variant_id);

create table work_orders (
    id bigint generated always as identity primary key,
    work_order_number text not null,
    bom_id bigint not null references bill_of_materials (id) on delete restrict,
    location text not null,
    quantity integer not null,
    status text not null default 'planned',
    priority integer not null default 5,
    scheduled_start timestamptz not null,
    scheduled_end timestamptz not null,
    actual_start timestamptz,
    actual_end timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    constraint work_orders_work_order_number_key unique (work_order_number),
    constraint work_orders_quantity_check check (quantity > 0),
    constraint work_orders_status_check check (
        status in ('planned', 'released', 'in_progress', 'completed', 'cancelled')),
    constraint work_orders_priority_check check (priority between 1 and 9),
    constraint work_orders_times_check check (scheduled_end >= scheduled_start and actual_end >= actual_start)
);

create index idx_work_orders_bom_id on work_orders (bom_id);
create index idx_work_orders_todo on work_orders (location, priority, scheduled_start)
    where status in ('planned', 'released', 'in_progress');

create table work_order_operations (
    id bigint generated always as identity primary key,
    work_order_id bigint not null references work_orders (id) on delete cascade,
    sequence integer not null,
    name text not null,
    work_center text not null,
    status text not null default 'waiting',
    planned_minutes integer not null,
    actual_minutes integer,
    operator_id bigint references users (id) on delete set null,
    constraint work_order_operations_work_order_id_sequence_key unique (work_order_id, sequence),
    constraint work_order_operations_status_check check (status in ('waiting', 'running', 'done', 'skipped')),
    constraint work_order_operations_minutes_check check (planned_minutes > 0 and actual_minutes >= 0)
);

create index idx_work_order_operations_operator_id on work_order_operations (operator_id)
    where operator_id is not null;
create index idx_work_order_operations_running on work_order_operations (work_center) where status = 'running';

create trigger bill_of_materials_updated_at before update on bill_of_materials
    for each row execute function set_updated_at();
create trigger work_orders_updated_at before update on work_orders for each row execute function set_updated_at();
