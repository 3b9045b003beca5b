"""Executors: processes here, and the workers of a Dask cluster of which one is killed half-way."""

import contextlib
import os
import signal
import threading
import time

import distributed
import pytest

import exactmem as em
from exactmem import workers
from exactmem.errors import LimitError, UsageError
from exactmem.workers import count, executor, results


def double(n):
    return 2 * n


def die(n):
    os._exit(1)


def test_one_job_is_done_here_when_it_is_asked_for():
    done = []
    with executor(1) as pool:
        assert pool is None
        found = results(done.append, [1, 2], pool)
        next(found)
        assert done == [1]


def test_more_jobs_than_processors_are_not_started(monkeypatch):
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    with executor(10**6) as pool:
        assert count(pool) == 2
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 1)
    with executor(10**6) as pool:
        assert pool is None


def test_processes_keep_the_order_and_a_dead_one_is_an_error_with_a_remedy(monkeypatch):
    monkeypatch.setattr(workers.os, "cpu_count", lambda: 2)
    with executor(2) as pool:
        assert list(results(double, range(9), pool)) == list(range(0, 18, 2))
        with pytest.raises(LimitError, match="fewer --jobs"):
            list(results(die, [1], pool))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://"])
def test_an_address_without_a_scheduler_is_named(address, monkeypatch):
    monkeypatch.setattr(workers, "SECONDS_TO_CONNECT", 1)
    with pytest.raises(UsageError, match="no scheduler of Dask answers there"), executor(dask=address):
        pass


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


@contextlib.contextmanager
def one_is_killed_at_work(cluster):
    """While the block runs, one worker's process is ended as soon as it has work; fails if none is."""
    killed = []

    def kill():
        with distributed.Client(cluster.scheduler_address, set_as_default=False) as client:
            client.wait_for_workers(2)
            ready.set()
            while not (busy := [address for address, tasks in client.processing().items() if tasks]):
                time.sleep(0.01)
            nanny = next(n for n in cluster.workers.values() if n.worker_address == busy[0])
            os.kill(nanny.pid, signal.SIGKILL)
            killed.append(nanny)

    ready = threading.Event()
    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    assert ready.wait(300)
    yield
    thread.join(300)
    assert killed


def test_a_certificate_is_the_same_byte_for_byte_though_a_worker_dies(cluster, run, tmp_path):
    data = tmp_path / "data.csv"
    data.write_text("a,y\n" + "".join(f"{i},{(-1) ** i}\n" for i in range(8)))
    asked = ("capacity", data, "--activation", "hard-tanh", "-o", tmp_path / "needs.json")
    assert run(*asked)[0] == 0
    alone = (tmp_path / "needs.json").read_bytes()
    with one_is_killed_at_work(cluster):
        assert run(*asked, "--dask", cluster.scheduler_address)[0] == 0
    assert (tmp_path / "needs.json").read_bytes() == alone
    assert em.check(tmp_path / "needs.json")


def test_a_cluster_evaluates_and_proves_what_one_process_does(cluster, run, tmp_path, monkeypatch):
    monkeypatch.setattr("exactmem.evaluate.WORTH_SHARING", 0)
    data = tmp_path / "data.csv"
    data.write_text("a,y\n" + "".join(f"{i},{i * i % 7}\n" for i in range(40)))
    files = [tmp_path / "alone.json", tmp_path / "cluster.json"]
    for file, more in zip(files, ((), ("--dask", cluster.scheduler_address)), strict=True):
        assert run("build", data, "--theorem", "3.1", "-o", file, *more)[0] == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    claims = ("B.1-rank", "B.1-column-rank")
    assert run("prove", *claims, "--dask", cluster.scheduler_address) == run("prove", *claims)
