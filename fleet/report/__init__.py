"""PURE: what was promised and what was measured, as the values of one page: texts, and places in percent.

From what `make status` sees, and the reports of drills. It judges no more than they do; how it looks is the template's.
"""

from .view import Page, page

__all__ = ["Page", "page"]
