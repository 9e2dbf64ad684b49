-- pgsteward: allow ban-drop-table because it logs everybody out, and nothing else
drop table sessions;
