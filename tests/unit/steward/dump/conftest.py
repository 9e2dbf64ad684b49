"""Properties hold however slow the machine is at the moment."""

from hypothesis import settings

settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
