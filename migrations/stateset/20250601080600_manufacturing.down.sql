-- pgsteward: allow ban-drop-table because the works go with the tables
drop table work_order_operations, work_orders, bom_line_items, bill_of_materials;
