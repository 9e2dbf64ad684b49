-- pgsteward: allow ban-drop-table because the stock goes with the tables
drop table inventory_transactions, inventory_reservations, inventory_allocations, inventory;
