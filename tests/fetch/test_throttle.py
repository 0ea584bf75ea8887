"""Turns at hosts, on a clock that only passes where somebody waits."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from archiver.fetch.throttle import MAX_DELAY_S, PausedError, Throttle, Wait
from tests.clocks import FakeClock

HOST = "blog.example"


def run(
    steps: Callable[[Throttle, FakeClock], Awaitable[None]], *, delay_s: float = 2, concurrency: int = 1
) -> list[Wait]:
    waits: list[Wait] = []

    async def main() -> None:
        clock = FakeClock()
        throttle = Throttle(
            clock.clock, delay_s=delay_s, concurrency=concurrency, longest_wait_s=100, on_wait=waits.append
        )
        await steps(throttle, clock)

    asyncio.run(main())
    return waits


def test_delay_runs_from_the_end_of_a_turn() -> None:
    async def steps(throttle: Throttle, clock: FakeClock) -> None:
        async with throttle.turn(HOST):
            clock.elapsed_s += 5
        async with throttle.turn(HOST):
            pass
        clock.elapsed_s += 1.5
        async with throttle.turn(HOST):
            pass
        clock.elapsed_s += 9
        async with throttle.turn(HOST):
            pass

    assert run(steps) == [Wait(HOST, 2, "delay"), Wait(HOST, 0.5, "delay")]


def test_delay_also_follows_a_turn_that_failed() -> None:
    async def steps(throttle: Throttle, _clock: FakeClock) -> None:
        with pytest.raises(ZeroDivisionError):
            async with throttle.turn(HOST):
                raise ZeroDivisionError
        async with throttle.turn(HOST):
            pass

    assert [wait.seconds for wait in run(steps)] == [2]


def test_hosts_do_not_wait_for_each_other() -> None:
    async def steps(throttle: Throttle, _clock: FakeClock) -> None:
        async with throttle.turn("a"), throttle.turn("b"):
            pass

    assert run(steps) == []


@pytest.mark.parametrize("concurrency", [1, 2, 3])
def test_no_more_than_so_many_at_a_time(concurrency: int) -> None:
    now = most = 0

    async def one(throttle: Throttle) -> None:
        nonlocal now, most
        async with throttle.turn(HOST):
            now += 1
            most = max(most, now)
            for _ in range(5):
                await asyncio.sleep(0)
            now -= 1

    async def steps(throttle: Throttle, _clock: FakeClock) -> None:
        await asyncio.gather(*(one(throttle) for _ in range(12)))

    run(steps, concurrency=concurrency, delay_s=0)
    assert most == concurrency


def test_turn_that_was_cancelled_while_waiting_is_free_again() -> None:
    async def steps(throttle: Throttle, _clock: FakeClock) -> None:
        async def turn() -> None:
            async with throttle.turn(HOST):
                pass

        async with throttle.turn(HOST):
            waiting = asyncio.create_task(turn())
            await asyncio.sleep(0)
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await turn()

    run(steps)


def test_pause_holds_the_host_and_says_why() -> None:
    async def steps(throttle: Throttle, _clock: FakeClock) -> None:
        throttle.pause(HOST, 30, "Retry-After")
        throttle.pause(HOST, 10, "shorter")
        async with throttle.turn("elsewhere"):
            pass
        async with throttle.turn(HOST):
            pass

    assert run(steps) == [Wait(HOST, 30, "Retry-After")]


def test_pause_that_is_too_long_is_an_error_until_it_is_nearly_over() -> None:
    async def steps(throttle: Throttle, clock: FakeClock) -> None:
        throttle.pause(HOST, 1000, "Retry-After")
        for _ in range(2):
            with pytest.raises(PausedError) as caught:
                async with throttle.turn(HOST):
                    pass
        assert caught.value.seconds == 1000
        clock.elapsed_s += 950
        async with throttle.turn(HOST):
            pass

    assert run(steps) == [Wait(HOST, 50, "Retry-After")]


def test_pause_that_begins_while_another_waits_holds_that_one_too() -> None:
    async def steps(throttle: Throttle, clock: FakeClock) -> None:
        def answer_of_a_neighbour() -> None:
            clock.after_wait = lambda: None
            throttle.pause(HOST, 40, "Retry-After")

        async with throttle.turn(HOST):
            pass
        clock.after_wait = answer_of_a_neighbour
        async with throttle.turn(HOST):
            pass

    assert run(steps) == [Wait(HOST, 2, "delay"), Wait(HOST, 40, "Retry-After")]


def delays(
    answers: list[tuple[float, bool]], crawl_delay_s: float | None = None, delay_s: float = 2
) -> list[float]:
    async def steps(throttle: Throttle, _clock: FakeClock) -> None:
        if crawl_delay_s is not None:
            throttle.at_least(HOST, crawl_delay_s)
        for latency_s, well in answers:
            async with throttle.turn(HOST):
                throttle.answered(HOST, latency_s, well=well)
        async with throttle.turn(HOST):
            pass

    return [wait.seconds for wait in run(steps, delay_s=delay_s)]


def test_delay_rises_at_once_with_a_slow_server_and_falls_slowly() -> None:
    assert delays([(0, True), (16, True), (0, True), (0, True), (0, True), (0, True)]) == [2, 16, 8, 4, 2, 2]


def test_errors_do_not_shorten_the_delay() -> None:
    assert delays([(16, True), (0, False), (20, False), (0, True)]) == [16, 16, 20, 10]


def test_slow_server_does_not_hold_us_for_ever() -> None:
    assert delays([(10_000, True)]) == [MAX_DELAY_S]


def test_crawl_delay_is_honoured_up_to_a_limit_and_only_upwards() -> None:
    assert delays([(0, True)], crawl_delay_s=7) == [7]
    assert delays([(0, True)], crawl_delay_s=1) == [2]
    assert delays([(0, True)], crawl_delay_s=86_400) == [MAX_DELAY_S]
    assert delays([(0, True)], crawl_delay_s=7, delay_s=0) == [7]
    assert delays([(0, True)], crawl_delay_s=7, delay_s=90) == [90]


def test_no_delay_means_no_delay() -> None:
    assert delays([(5, True), (5, False)], delay_s=0) == []
