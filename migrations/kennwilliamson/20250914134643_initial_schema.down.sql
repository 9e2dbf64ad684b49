-- pgsteward: allow ban-drop-table because that is what taking back the first migration means
-- pgsteward: allow ban-drop-function because only these tables use them
drop table incident_timers, user_roles, roles, users;
drop function set_updated_at();
drop function if exists public.uuidv7(); -- PostgreSQL's own, from 18, is not in public
