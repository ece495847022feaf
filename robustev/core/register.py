"""Registers: the kinds of one thing by the key that names them in an experiment file.

A kind is a settings class of its own file, and joins by ``@REGISTER.add``; a field annotated with
``OneOf(REGISTER)`` then takes it, by its key in a mapping or as an object.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from robustev.core.settings import Settings

T = TypeVar("T", bound=Settings)
S = TypeVar("S", bound=Settings)


class Register(Mapping[str, type[T]]):
    """Settings classes by key, in the order in which they joined.

    Parameters
    ----------
    tag
        Field that holds the key, with the key as its default.
    base
        What every kind derives from.
    """

    def __init__(self, tag: str, base: type[T]) -> None:
        self.tag = tag
        self.base = base
        self._kinds: dict[str, type[T]] = {}

    def add(self, kind: type[S]) -> type[S]:
        """Take a kind in, and return it; made for use as a decorator.

        Raises
        ------
        TypeError
            If it is none of the register's kinds.
        ValueError
            If another kind has its key.
        """
        joining: Any = kind
        if not issubclass(joining, self.base):
            raise TypeError(f"{kind.__name__} does not derive from {self.base.__name__}")
        key = str(kind.model_fields[self.tag].default)
        known = self._kinds.get(key)
        if known is not None and known.__qualname__ != kind.__qualname__:
            raise ValueError(f"{self.tag} {key!r} is that of {known.__name__}")
        self._kinds[key] = joining
        return kind

    def remove(self, key: str) -> None:
        """Let the kind of that key go."""
        del self._kinds[key]

    def __getitem__(self, key: str) -> type[T]:
        return self._kinds[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)

    def fields(self) -> set[str]:
        """Return the names of the fields of all kinds."""
        return {name for kind in self._kinds.values() for name in kind.model_fields}


class OneOf:
    """Marks a field that holds one of a register's kinds: ``Annotated[Base, OneOf(REGISTER)]``.

    A mapping is read by its tag, ``default`` where it has none. Keys that other kinds have are
    left out, so that a section laid over another need only name another kind; keys that no kind
    has are errors. Where ``strict``, keys of other kinds are errors too.
    """

    def __init__(
        self, register: Register[Any], default: str | None = None, *, strict: bool = False
    ) -> None:
        self.register = register
        self.default = default
        self.strict = strict

    def read(self, value: object) -> BaseModel:
        """Return the object that ``value`` describes, or is."""
        base: type[BaseModel] = self.register.base
        if isinstance(value, base):
            return value
        if not isinstance(value, Mapping):
            raise PydanticCustomError("mapping", "Input should be a mapping")
        tag = self.register.tag
        key = value.get(tag, self.default)
        kind: type[BaseModel] | None = self.register.get(str(key))
        if kind is None:
            expected = ", ".join(repr(known) for known in self.register)
            raise PydanticCustomError(
                "union_tag_invalid",
                "Input tag '{tag}' found using {discriminator} does not match any of the "
                "expected tags: {expected_tags}",
                {"discriminator": repr(tag), "tag": str(key), "expected_tags": expected},
            )
        others = set() if self.strict else self.register.fields() - set(kind.model_fields)
        return kind.model_validate({k: v for k, v in value.items() if k not in others})

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            self.read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value, info: value.model_dump(mode=info.mode), info_arg=True
            ),
        )

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        kinds: dict[Any, core_schema.CoreSchema] = {
            key: kind.__pydantic_core_schema__ for key, kind in self.register.items()
        }
        return handler(core_schema.tagged_union_schema(kinds, discriminator=self.register.tag))
