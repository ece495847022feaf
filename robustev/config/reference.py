"""The field reference of experiment files, made from the schema itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from robustev.config.experiment import Experiment

Schema = dict[str, Any]

BOUNDS = {
    "minimum": ">= {}", "exclusiveMinimum": "> {}", "maximum": "<= {}", "exclusiveMaximum": "< {}",
    "pattern": "matching `{}`",
}  # fmt: skip


OVER_FILES = (
    (None, "region"), (None, "scenarios"), ("CompareConfig", "source"),
    ("MisspecifiedConfig", "scenarios"), ("Model", "waiting"), (None, "simulate"),
)  # fmt: skip
"""Sections that may be laid over another file, by the definition that they stand in."""
LAID_OVER = {
    "type": "object",
    "properties": {"from": {"type": "string", "description": "File over which this is laid."}},
    "required": ["from"],
}
LISTS = {"Phases": "steps"}
"""Sections that may be written as a list, by the key that it stands for."""


def json_schema() -> str:
    """Return the JSON schema of experiment files, for editors that check while one types."""
    schema = Experiment.model_json_schema()
    definitions = schema["$defs"]
    for owner, key in OVER_FILES:
        fields = (schema if owner is None else definitions[owner])["properties"]
        own = {k: v for k, v in fields[key].items() if k not in ("default", "description")}
        about = {k: v for k, v in fields[key].items() if k in ("default", "description")}
        fields[key] = {**about, "anyOf": [own, LAID_OVER]}
    for name, key in LISTS.items():
        whole = definitions[name]
        definitions[name] = {"anyOf": [whole, whole["properties"][key]]}
    for field in definitions["PlanSpec"]["properties"].values():
        if "$ref" in field:
            field["$ref"] = _change(field["$ref"], definitions)
    version = metadata.version("robustev")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:robustev:experiment:{version}",
        "title": f"Experiment file of robustev {version}",
    }
    return json.dumps(head | {k: v for k, v in schema.items() if k != "title"}, indent=2)


def _change(reference: str, definitions: Schema) -> str:
    """Return the reference to a section of which any part may be left out, and add it.

    A plan's sections are laid over those of the experiment, which hold the rest.
    """
    name = reference.rsplit("/", 1)[-1]
    target = f"{name}Change"
    if target not in definitions:
        definitions[target] = {}  # so that a section within itself ends
        definitions[target] = _loosened(definitions[name], definitions)
    return f"#/$defs/{target}"


def _loosened(value: Any, definitions: Schema) -> Any:
    if isinstance(value, list):
        return [_loosened(item, definitions) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {k: v for k, v in value.items() if k not in ("required", "discriminator")}
    if "oneOf" in kept:  # several may fit what says less
        kept["anyOf"] = kept.pop("oneOf")
    return {
        key: _change(item, definitions) if key == "$ref" else _loosened(item, definitions)
        for key, item in kept.items()
    }


def markdown() -> str:
    """Return every field of an experiment file as Markdown: type, default, meaning."""
    schema = Experiment.model_json_schema()
    parts = ["# Experiment files\n", _section("experiment", schema, schema["$defs"])]
    shown: set[str] = set()
    waiting = list(_references(schema.get("properties", {})))
    while waiting:
        name = waiting.pop(0)
        if name in shown:
            continue
        shown.add(name)
        definition = schema["$defs"][name]
        waiting = [*_references(definition), *waiting]
        if "properties" in definition:
            parts.append(_section(name, definition, schema["$defs"]))
    return "\n".join(parts)


def _section(name: str, schema: Schema, definitions: Schema) -> str:
    """Return one heading, its description and the table of its fields."""
    lines = [f"## {name}", ""]
    if schema.get("description"):
        lines += [_tidy(schema["description"], keep_paragraphs=True), ""]
    lines += ["| key | type | default | meaning |", "|---|---|---|---|"]
    required = schema.get("required", [])
    for key, field in schema["properties"].items():
        default = "needed" if key in required else _default(field)
        meaning = _tidy(field.get("description", "") or _first_sentence(field, definitions))
        lines.append(f"| `{key}` | {_cell(_type(field))} | {default} | {_cell(meaning)} |")
    return "\n".join(lines) + "\n"


def _first_sentence(field: Schema, definitions: Schema) -> str:
    """Return what the section behind a reference is about; pydantic drops equal descriptions."""
    definition = definitions.get(str(field.get("$ref", "")).rsplit("/", 1)[-1], {})
    return str(definition.get("description", "")).split("\n\n")[0]


def _default(field: Schema) -> str:
    if "default" not in field or isinstance(field["default"], dict):
        return ""
    value = field["default"]
    return "absent" if value is None else f"`{json.dumps(value)}`"


def _type(field: Schema) -> str:
    """Return the type in words, with its bounds."""
    for union in ("anyOf", "oneOf"):
        if union in field:
            options = [_type(option) for option in field[union] if option.get("type") != "null"]
            return " or ".join(dict.fromkeys(options))
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{name.lower()})"
    if "const" in field:
        return f"`{field['const']}`"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    text = _plain_type(field)
    bounds = [pattern.format(field[key]) for key, pattern in BOUNDS.items() if key in field]
    return " ".join([text, ", ".join(bounds)]).strip()


def _plain_type(field: Schema) -> str:
    kind = field.get("type")
    if kind == "array":
        if "prefixItems" in field:
            return "[" + ", ".join(_type(item) for item in field["prefixItems"]) + "]"
        return f"list of {_type(field.get('items', {}))}"
    if kind == "object":
        values = field.get("additionalProperties")
        return f"mapping of names to {_type(values)}" if isinstance(values, dict) else "mapping"
    if field.get("format") == "path":
        return "path"
    words = {"integer": "whole number", "boolean": "true or false", "string": "text"}
    return words.get(str(kind), str(kind or "anything"))


def _references(value: Any) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to, in order."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rsplit("/", 1)[-1]
        for key, item in value.items():
            if key != "discriminator":
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _tidy(text: str, *, keep_paragraphs: bool = False) -> str:
    """Return reStructuredText of a docstring as Markdown on one line a paragraph."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    joined = ("\n\n" if keep_paragraphs else " ").join(paragraphs)
    return joined.replace("``", "`")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
