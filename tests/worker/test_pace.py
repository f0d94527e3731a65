from hypothesis import given
from hypothesis import strategies as st

from captpathfinder.web.backoff import Backoff
from captpathfinder.worker.pace import Pace


def test_an_idle_worker_asks_ever_more_seldom_while_realtime_listens() -> None:
    pace = Pace(quick=5, slow=30)
    intervals = []
    for _ in range(5):
        pace.found_nothing(listening=True)
        intervals.append(pace.interval(listening=True))
    assert intervals == [10, 20, 30, 30, 30]


def test_it_is_quick_again_when_work_was_found_or_realtime_is_gone() -> None:
    pace = Pace(quick=5, slow=30)
    for _ in range(5):
        pace.found_nothing(listening=True)
    assert pace.interval(listening=False) == 5
    pace.found_work()
    assert pace.interval(listening=True) == 5


@given(
    st.floats(0.2, 100),
    st.floats(1, 100),
    st.lists(st.tuples(st.sampled_from(["work", "nothing"]), st.booleans()), max_size=50),
)
def test_no_interval_is_shorter_than_the_quick_or_longer_than_the_slow_one(
    quick: float, factor: float, history: list[tuple[str, bool]]
) -> None:
    pace = Pace(quick=quick, slow=quick * factor)
    for event, listening in history:
        if event == "work":
            pace.found_work()
        else:
            pace.found_nothing(listening=listening)
        assert quick <= pace.interval(listening=listening) <= quick * factor


@given(st.integers(1, 100))
def test_backoff_grows_up_to_its_limit_and_never_to_nothing(failures: int) -> None:
    backoff = Backoff(first=0.5, most=8)
    waits = [backoff.next() for _ in range(failures)]
    for number, wait in enumerate(waits):
        whole = min(8.0, 0.5 * 2**number)
        assert whole / 2 <= wait <= whole
    backoff.reset()
    assert backoff.next() <= 0.5
