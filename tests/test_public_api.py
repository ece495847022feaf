"""The package's front door: complete, typed, and cheap to open."""

import subprocess
import sys

import pytest

import robustev

HEAVY = ("numpy", "pandas", "pyomo", "mpisppy", "highspy", "pydantic", "scipy", "mpi4py", "ot")


def loaded_by(code: str) -> set[str]:
    """Return the modules that running ``code`` in a fresh interpreter loads."""
    script = f"import sys\n{code}\nprint('\\n' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.parametrize("name", [n for n in robustev.__all__ if n != "__version__"])
def test_every_public_name_is_there_and_documented(name: str) -> None:
    value = getattr(robustev, name)
    assert callable(value)
    assert value.__doc__


def test_dir_shows_the_public_names() -> None:
    assert set(robustev.__all__) <= set(dir(robustev))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'sovle'"):
        robustev.sovle  # noqa: B018


def test_importing_loads_nothing_heavy() -> None:
    assert loaded_by("import robustev") & set(HEAVY) == set()


def test_the_command_line_loads_nothing_heavy() -> None:
    assert loaded_by("import robustev.cli.app") & set(HEAVY) == set()


def test_describing_an_experiment_loads_no_solver() -> None:
    loaded = loaded_by("from robustev.config import load")
    assert loaded & {"pyomo", "mpisppy", "highspy", "mpi4py", "ot"} == set()


@pytest.mark.parametrize("name", ["evaluate", "verify"])
def test_a_function_keeps_its_name_beside_the_folder_of_that_name(name: str) -> None:
    code = (
        f"import robustev.{name}\nfrom robustev.{name} import __file__ as file\n"
        f"from robustev import {name}\nassert callable({name}) and callable(robustev.{name})\n"
        f"assert file.endswith('{name}/__init__.py')"
    )
    assert f"robustev.{name}" in loaded_by(code)


def test_every_public_name_has_its_source_and_every_source_its_name() -> None:
    assert {*robustev._SOURCES, "__version__"} == set(robustev.__all__)
