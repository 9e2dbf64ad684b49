"""What every part of an environment has in common."""

from pydantic import BaseModel, ConfigDict


class Declared(BaseModel):
    """A part of the environment: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        populate_by_name=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
    )
