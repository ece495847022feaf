"""``robustev check``: is the experiment sound, and what will it take?"""

from __future__ import annotations

from robustev.cli.options import Debug, File, Ranks, Settings, with_ranks


def check(
    file: File,
    settings: Settings = [],  # noqa: B006 - typer's own way
    ranks: Ranks = None,
    debug: Debug = False,
) -> None:
    """Check an experiment and its data, and forecast size, memory and time; solve nothing."""
    from robustev.cli.session import session

    with session(debug=debug) as console:
        from robustev.cli.printing.check import print_survey
        from robustev.config.load import load_experiment

        print_survey(console, load_experiment(file, with_ranks(settings, ranks)))
