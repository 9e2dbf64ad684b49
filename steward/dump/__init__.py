"""`steward dump …`: logical dumps, each proven by restoring it."""
