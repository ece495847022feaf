"""Stopping in order: the first interrupt asks, the second one stops."""

from __future__ import annotations

import signal
import threading

import pytest

from robustev.parallel import interrupt


@pytest.mark.parametrize("number", interrupt.SIGNALS)
def test_the_first_interrupt_is_a_request(number: signal.Signals) -> None:
    with interrupt.listening():
        assert not interrupt.requested()
        signal.raise_signal(number)
        assert interrupt.requested()


def test_the_second_interrupt_stops_at_once() -> None:
    with interrupt.listening():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_handlers_are_put_back_even_after_an_error() -> None:
    before = [signal.getsignal(number) for number in interrupt.SIGNALS]
    with pytest.raises(ZeroDivisionError), interrupt.listening():
        raise ZeroDivisionError
    assert [signal.getsignal(number) for number in interrupt.SIGNALS] == before


def test_listening_begins_without_old_requests() -> None:
    with interrupt.listening():
        signal.raise_signal(signal.SIGINT)
    with interrupt.listening():
        assert not interrupt.requested()


def test_other_threads_may_ask_but_do_not_listen() -> None:
    answers = []

    def work() -> None:
        with interrupt.listening():
            answers.append(interrupt.requested())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert answers == [False]
