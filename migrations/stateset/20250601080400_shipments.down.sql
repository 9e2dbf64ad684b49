-- pgsteward: allow ban-drop-table because the shipments go with the tables
drop table shipment_tracking, shipment_items, shipments;
