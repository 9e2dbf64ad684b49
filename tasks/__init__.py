"""What an operator runs: the verbs, and pyinfra's operations and facts behind them."""

import sys

# pyinfra has Python keep no bytecode, for its deploy files. These are modules, to be parsed once and not by each run.
sys.dont_write_bytecode = bool(sys.flags.dont_write_bytecode)
