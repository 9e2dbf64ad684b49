-- pgsteward: allow require-concurrent-index-creation because the table was made by the migration before this one
-- What is asked often, and the index that answers it. An index that covers is read alone (vacuum permitting); one that
-- is partial is small, and idle for the rows that nobody asks about.

-- The list of an inventory, page by page. Also serves the cascade: archived things are few.
create index idx_items_list on items (inventory_id, name, id) include (quantity, category_id, location_id)
    where archived_at is null;

-- What is in this place; and the two foreign keys that begin with the inventory.
create index idx_items_location on items (inventory_id, location_id);

-- What it is all worth, for the insurance.
create index idx_items_value on items (inventory_id) include (price_cents, quantity, currency)
    where price_cents is not null and archived_at is null;

-- Whose warranty ends this month, for the reminder mails.
create index idx_items_warranty on items (warranty_until) include (inventory_id, name)
    where warranty_until is not null and archived_at is null;

-- The burglar took it: whose is it? Few things have a serial number.
create index idx_items_serial_number on items (upper(serial_number)) where serial_number is not null;

create index idx_items_category_id on items (category_id) where category_id is not null;
create index idx_items_tags on items using gin (tags);
