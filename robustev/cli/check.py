"""``robustev check``: is the experiment sound, and what will it take?"""

from __future__ import annotations

from robustev.cli.options import Debug, File, Json, Ranks, Settings, with_ranks


def check(
    file: File,
    settings: Settings = [],  # noqa: B006 - typer's own way
    ranks: Ranks = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Check an experiment and its data, and forecast size, memory and time; solve nothing.

    What is probably not meant is told as a doubt, with the key to look at.
    """
    from robustev.cli.session import session

    with session(debug=debug) as console:
        from robustev.cli.printing.check import print_survey
        from robustev.cli.printing.documents import print_document
        from robustev.config.load import load_experiment
        from robustev.experiment.survey import survey

        experiment = load_experiment(file, with_ranks(settings, ranks))
        found = survey(experiment)
        if as_json:
            print_document(found)
        else:
            print_survey(console, found, experiment.units)
