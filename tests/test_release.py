"""What is released holds together: the recipe for conda asks for what the package asks for."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

import robustev
from tests.pages import PROJECT


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    content = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    found: dict[str, Any] = content["project"]
    return found


@pytest.fixture(scope="module")
def recipe() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((PROJECT / "conda" / "recipe.yaml").read_text("utf-8"))
    return found


def test_one_version_stands_everywhere(project: dict[str, Any], recipe: dict[str, Any]) -> None:
    assert project["version"] == recipe["context"]["version"] == robustev.__version__


def test_the_recipe_asks_for_what_the_package_asks_for(
    project: dict[str, Any], recipe: dict[str, Any]
) -> None:
    asked = {Requirement(line) for line in project["dependencies"]}
    written = {f"{one.name.lower()} {one.specifier}" for one in asked}
    python = f"python {project['requires-python']}"
    assert set(recipe["requirements"]["run"]) == written | {python}


def test_the_recipe_has_the_command_of_the_package(
    project: dict[str, Any], recipe: dict[str, Any]
) -> None:
    commands = [f"{name} = {target}" for name, target in project["scripts"].items()]
    assert recipe["build"]["python"]["entry_points"] == commands


def test_all_brings_every_extra_for_users(project: dict[str, Any]) -> None:
    extras = project["optional-dependencies"]
    (whole,) = extras["all"]
    assert Requirement(whole).extras == set(extras) - {"all", "bench", "dev", "docs"}


def test_every_dependency_is_bounded_below(project: dict[str, Any]) -> None:
    free = [line for line in project["dependencies"] if not re.search(r">=", line)]
    assert free == []
