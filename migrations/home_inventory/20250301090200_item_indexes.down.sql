-- pgsteward: allow require-concurrent-index-deletion because all of them in one transaction wait for one lock once
drop index idx_items_tags, idx_items_category_id, idx_items_serial_number, idx_items_warranty, idx_items_value,
    idx_items_location, idx_items_list;
