-- pgsteward: allow ban-drop-table because the phrases go with the feature
drop table phrase_suggestions, user_excluded_phrases, phrases;
