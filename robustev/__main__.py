"""``python -m robustev`` is the command ``robustev``."""

from robustev.cli import main

if __name__ == "__main__":
    main()
