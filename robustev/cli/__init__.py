"""The command line. Importing it is cheap: the engine is loaded by the command that needs it."""


def main() -> None:
    """Run the command ``robustev``."""
    from robustev.cli.app import app

    app()
