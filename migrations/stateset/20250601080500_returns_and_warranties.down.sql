-- pgsteward: allow ban-drop-table because what came back goes with the tables
drop table warranty_claims, warranties, return_approvals, return_items, returns;
