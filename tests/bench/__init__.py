"""Measurements beside other tools. They print; they assert nothing, machines are noisy."""
