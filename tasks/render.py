"""Templates become text; a name that a template uses and nobody gave is an error."""

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from fleet.setting import quoted

from .shell import TEMPLATES

_templates = Environment(
    loader=FileSystemLoader(TEMPLATES),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters |= {"splitlines": str.splitlines, "quoted": quoted}


def render(template: str, **values: Any) -> str:
    """The text of `templates/<template>` with `values`."""
    return _templates.get_template(template).render(**values)
