-- pgsteward: allow ban-drop-table because that is what taking back the first migration means
-- pgsteward: allow ban-drop-function because only these tables use it
drop table access_grants, inventories, users;
drop function set_updated_at();
