"""``robustev version``: which versions are at work."""

from __future__ import annotations


def version() -> None:
    """Print the version of robustev and of the packages that it works with."""
    from rich.console import Console

    from robustev.results.manifest import commit, package_versions

    console = Console(highlight=False)
    versions = package_versions()
    console.print(f"robustev {versions.pop('robustev')}, commit {commit() or 'unknown'}")
    for name, found in versions.items():
        console.print(f"  {name} {found or 'not installed'}")
