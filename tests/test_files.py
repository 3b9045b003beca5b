"""exactmem/files.py: whole files or none."""

import errno
import os
import signal
import stat
import subprocess
import sys

import pytest

from exactmem.errors import JsonError, OutputError
from exactmem.files import check_writable, read_json, write_whole


def test_writes_and_replaces(tmp_path):
    target = tmp_path / "f"
    write_whole(target, b"one")
    target.chmod(0o640)
    write_whole(target, b"two")
    assert target.read_bytes() == b"two"
    assert target.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_no_file_behind(tmp_path, monkeypatch, failing):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    target = tmp_path / "f"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, failing, full)
    with pytest.raises(OutputError, match="No space left on device"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


def test_an_interruption_leaves_no_file_behind(tmp_path, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "f", b"new")
    assert os.listdir(tmp_path) == []


def test_the_temporary_file_of_a_killed_run_is_replaced(tmp_path):
    program = """
import os, signal, sys
from exactmem import files
os.replace = lambda *names: os.kill(os.getpid(), signal.SIGKILL)
files.write_whole(sys.argv[1], b"half")
"""
    for name in ("f", "g"):
        killed = subprocess.run([sys.executable, "-c", program, str(tmp_path / name)], check=False)
        assert killed.returncode == -signal.SIGKILL
    assert len(os.listdir(tmp_path)) == 2
    write_whole(tmp_path / "f", b"new")
    left = sorted(os.listdir(tmp_path))
    assert (len(left), left[1]) == (2, "f")  # that of g may still be written
    write_whole(tmp_path / "g", b"new")
    assert sorted(os.listdir(tmp_path)) == ["f", "g"]


def test_the_temporary_file_of_a_living_run_is_left_alone(tmp_path, monkeypatch):
    replace, seen = os.replace, []

    def while_another_run_writes(*names):
        monkeypatch.setattr(os, "replace", replace)
        write_whole(tmp_path / "f", b"other")
        seen.extend(os.listdir(tmp_path))
        replace(*names)

    monkeypatch.setattr(os, "replace", while_another_run_writes)
    write_whole(tmp_path / "f", b"this")
    assert len(seen) == 2
    assert (tmp_path / "f").read_bytes() == b"this"
    assert os.listdir(tmp_path) == ["f"]


def test_the_folder_is_flushed_after_the_file_is_in_place(tmp_path, monkeypatch):
    fsync, flushed = os.fsync, []

    def recorded(descriptor):
        flushed.append((stat.S_ISDIR(os.fstat(descriptor).st_mode), os.path.exists(tmp_path / "f")))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recorded)
    write_whole(tmp_path / "f", b"new")
    assert flushed == [(False, False), (True, True)]


def test_targets_are_checked_before_work_starts(tmp_path):
    check_writable(tmp_path / "f")
    with pytest.raises(OutputError, match="no such folder"):
        check_writable(tmp_path / "missing" / "f")
    with pytest.raises(OutputError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(OutputError):
        write_whole(tmp_path / "missing" / "f", b"")
    with pytest.raises(OutputError, match="not a regular file"):
        write_whole(os.devnull, b"")


def test_long_names_and_links_to_themselves(tmp_path):
    target = tmp_path / ("n" * 255)
    write_whole(target, b"new")
    assert os.listdir(tmp_path) == [target.name]
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OutputError, match="leads nowhere"):
        write_whole(tmp_path / "loop", b"new")


def test_the_remedy_names_the_option(tmp_path, monkeypatch):
    places = [tmp_path, tmp_path / "missing" / "f", os.devnull]
    for place in places:
        with pytest.raises(OutputError, match=r"with --plot$"):
            check_writable(place, option="--plot")
    source = tmp_path / "data"
    source.write_bytes(b"")
    with pytest.raises(OutputError, match=r"with --save$"):
        check_writable(source, [None, source], "--save")

    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"with --certificate$"):
        write_whole(tmp_path / "f", b"new", "--certificate")


def test_a_link_keeps_pointing_to_the_written_file(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_whole(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty"),
        (b'{"a": [1, 2', "the text ends in the middle of a value (line 1): the file is cut short"),
        (b'{"a": 1,\n "b" 2}', "line 2, column 6 is not as JSON has it: mend it there"),
        (b"\xff", "byte 0 is not UTF-8 text: save the file as UTF-8"),
        (b"[" * 100_000, "brackets are nested too deeply: use fewer levels"),
        (b"9" * 5000, "an integer has more digits than are read: write it as text"),
    ],
)
def test_text_that_is_no_json_is_told_in_our_words(tmp_path, content, words):
    path = tmp_path / "f.json"
    path.write_bytes(content)
    with pytest.raises(JsonError) as caught:
        read_json(path)
    assert str(caught.value) == f"{path}: not valid JSON: {words}"
