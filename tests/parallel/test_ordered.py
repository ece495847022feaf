"""Tasks on threads and ranks come back whole and in order."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from robustev.parallel.ordered import WINDOW, default_workers, ordered_map


class Ranks:
    """Ranks played by threads; ``allgather`` waits awake, as MPI does."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.barrier = threading.Barrier(size)
        self.parts: list[object] = [None] * size
        self.arrived = 0

    def member(self, rank: int) -> Member:
        return Member(self, rank)


class Arrival:
    """A barrier under way."""

    def __init__(self, ranks: Ranks, needed: int) -> None:
        self.ranks, self.needed = ranks, needed

    def Test(self) -> bool:  # noqa: N802
        return self.ranks.arrived >= self.needed


class Member:
    def __init__(self, ranks: Ranks, rank: int) -> None:
        self.ranks, self.rank = ranks, rank
        self.meetings = 0

    def Get_size(self) -> int:  # noqa: N802
        return self.ranks.size

    def Get_rank(self) -> int:  # noqa: N802
        return self.rank

    def Ibarrier(self) -> Arrival:  # noqa: N802
        self.meetings += 1
        self.ranks.arrived += 1
        return Arrival(self.ranks, self.meetings * self.ranks.size)

    def allgather(self, part: object) -> list[object]:
        assert self.ranks.arrived >= self.meetings * self.ranks.size, "it would wait awake"
        self.ranks.parts[self.rank] = part
        self.ranks.barrier.wait(5)
        found = list(self.ranks.parts)
        self.ranks.barrier.wait(5)
        return found


@pytest.mark.parametrize("workers", [1, 3])
@pytest.mark.parametrize("count", [0, 1, 5 * WINDOW + 1])
def test_results_are_in_the_order_of_the_tasks(workers: int, count: int) -> None:
    tasks = list(range(count))
    assert list(ordered_map(lambda t: 10 * t, tasks, workers=workers)) == [10 * t for t in tasks]


def test_ranks_share_the_tasks_and_all_get_every_result() -> None:
    ranks, done = Ranks(3), [[], [], []]

    def run(rank: int) -> list[int]:
        def task(number: int) -> int:
            done[rank].append(number)
            return number * number

        return list(ordered_map(task, range(32), workers=1, comm=ranks.member(rank)))

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(run, range(3)))
    assert results == [[t * t for t in range(32)]] * 3
    assert sorted(number for part in done for number in part) == list(range(32))
    assert all(done)


def test_a_rank_whose_share_is_done_waits_asleep_for_the_others() -> None:
    ranks = Ranks(2)

    def run(rank: int) -> list[int]:
        def task(number: int) -> int:
            time.sleep(0.2 * rank)
            return number

        return list(ordered_map(task, range(4), workers=1, comm=ranks.member(rank)))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(run, range(2))) == [[0, 1, 2, 3]] * 2
    assert ranks.arrived == 2


def test_a_failing_task_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        list(ordered_map(lambda t: 1 // t, [1, 0], workers=2))


def test_there_is_at_least_one_worker() -> None:
    assert default_workers() >= 1
