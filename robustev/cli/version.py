"""``robustev version``: which versions are at work."""

from __future__ import annotations

import typer

from robustev.cli.options import Json


def version(as_json: Json = False) -> None:
    """Print the version of robustev and of the packages that it works with."""
    from rich.console import Console

    from robustev.cli.printing.documents import print_document
    from robustev.results.manifest import commit, package_versions

    versions = package_versions()
    if as_json:
        print_document({"versions": versions, "commit": commit()})
        return
    console = Console(highlight=False)
    console.print(f"robustev {versions.pop('robustev')}, commit {commit() or 'unknown'}")
    for name, found in versions.items():
        console.print(f"  {name} {found or 'not installed'}")


def print_version(asked: bool) -> None:
    """Print the version alone and stop, where it is asked for."""
    if asked:
        from importlib.metadata import version as installed

        typer.echo(f"robustev {installed('robustev')}")
        raise typer.Exit
