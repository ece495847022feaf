"""HiGHS is silent: standard output is for results."""

from __future__ import annotations

import subprocess
import sys


def test_nothing_is_printed_before_an_option_could_forbid_it() -> None:
    script = "from robustev.core import highs; import highspy; highs.new_highs(); highspy.Highs()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert (done.stdout, done.stderr) == (b"", b"")


def test_what_is_printed_afterwards_arrives() -> None:
    script = "from robustev.core import highs; print('here')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"here"]
