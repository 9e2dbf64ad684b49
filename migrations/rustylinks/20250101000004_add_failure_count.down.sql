-- pgsteward: allow ban-drop-column because the scheduler counts anew within a day
alter table links drop column consecutive_failures;
