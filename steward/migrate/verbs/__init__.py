"""The verbs, one a module with `main(arguments, voice, purpose) -> exit code`. Each is the story of what it does."""
