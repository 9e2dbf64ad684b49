"""What should be true of a fleet of PostgreSQL hosts: values in, values out.

Nothing in this package reaches a host, a file, a clock, a random source or a shell; `tests/unit` proves it.
"""
