"""The verbs of `steward dump`: each a module with `add_arguments(parser)` and `run(told, options) -> exit code`."""
