"""The base of every configuration section: frozen, and refusing keys that it does not know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from robustev.core.labels import cell_text
from robustev.core.summary import html_table

Amount: TypeAlias = Annotated[float, Field(ge=0)]
"""A finite number that is not negative: money, demand, capacity."""


def _as_in_tables(value: Any) -> Any:
    """Return a number as the text that it is in tables; other values are judged as they are."""
    return cell_text(value) if isinstance(value, str | float) or type(value) is int else value


Label: TypeAlias = Annotated[
    str, BeforeValidator(_as_in_tables, json_schema_input_type=str | float)
]
"""An id or a label of tables: YAML's 1000 and 1000.0 are the id ``1000``."""


class Settings(BaseModel):
    """A frozen configuration section; unknown keys are errors, and so are NaN and infinity."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Yield what differs from the defaults, so that a section is shown as it was written."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.is_required() or value != field.get_default(call_default_factory=True):
                yield name, value

    def _repr_html_(self) -> str:
        facts = {str(name): repr(value) for name, value in self.__repr_args__()}
        return html_table(type(self).__name__, facts)
