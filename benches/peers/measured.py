"""What the programs of this directory share: so many at once for so long, and the line that says what came out."""

import json
import statistics
import threading
import time

# As in the Rust benches.
SECONDS = 3
ROUNDS = 3
BODY = "I cannot log in since this morning. " * 9
EVENTS_OF_A_STREAM = 8


def rounds(workers, worker, seconds=SECONDS, count=ROUNDS):
    """Things a second, the median of the rounds, and the p50 and p99 of all in milliseconds."""
    rates, times = [], []
    for _ in range(count):
        of_round = [[] for _ in range(workers)]
        until = time.monotonic() + seconds

        def work(index):
            act = worker(index)
            while time.monotonic() < until:
                began = time.monotonic()
                act()
                of_round[index].append(time.monotonic() - began)

        threads = [threading.Thread(target=work, args=(index,)) for index in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        rates.append(sum(map(len, of_round)) / seconds)
        times.extend(took for of_one in of_round for took in of_one)
    times.sort()
    return statistics.median(rates), times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3


def say(peer, what, rate, p50=None, p99=None):
    print(json.dumps({"peer": peer, "what": what, "rate": rate, "p50": p50, "p99": p99}), flush=True)
