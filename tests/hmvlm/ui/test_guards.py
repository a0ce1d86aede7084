"""Parts of the server's door: settings, addresses, the disk's quotas, measured answers and JSON logs."""

import json
import logging
import os
import re

import anyio
import pytest

from hmvlm.ui.disk import FRESH_SECONDS, Disk
from hmvlm.ui.http_messages import Stream, guarded
from hmvlm.ui.logs import JsonLines
from hmvlm.ui.metrics import Metrics
from hmvlm.ui.settings import VARIABLES, Settings
from hmvlm.ui.visitors import Tickets, Uploads, address, is_this_machine


def scope(peer: str = "9.9.9.9", **headers: str) -> dict:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"client": (peer, 1), "headers": named}


def test_settings_come_from_the_environment_and_arguments_go_before():
    environment = {"HMVLM_PROXIES": "2", "HMVLM_LOG_FORMAT": "json", "HMVLM_DISK_MB": ""}
    settings = Settings.from_environment(environment, proxies=None, log_format="text")
    assert (settings.proxies, settings.log_format, settings.disk_megabytes) == (2, "text", Settings().disk_megabytes)
    assert Settings.from_environment({"SPACE_ID": "a/b"}).proxies == 1


@pytest.mark.parametrize(
    ("variable", "value"),
    [*((one, "-3") for one in VARIABLES.values()), ("HMVLM_PROXIES", "one"), ("HMVLM_METRICS", "some")],
)
def test_a_wrong_setting_is_a_sentence_that_names_it(variable, value):
    with pytest.raises(ValueError, match=variable) as caught:
        Settings.from_environment({variable: value})
    assert "\n" not in str(caught.value)


def test_the_address_is_the_peer_or_what_trusted_proxies_noted():
    forwarded = scope("10.0.0.1", x_forwarded_for="6.6.6.6, 1.2.3.4, 10.0.0.9")
    assert [address(forwarded, proxies) for proxies in range(5)] == [
        "10.0.0.1", "10.0.0.9", "1.2.3.4", "6.6.6.6", "10.0.0.1",
    ]  # fmt: skip
    assert is_this_machine(scope("127.0.0.1"), 0) and is_this_machine(scope("::1"), 0)
    assert not is_this_machine(scope("127.0.0.1", x_forwarded_for="8.8.8.8"), 0)
    assert not is_this_machine(scope("9.9.9.9"), 0) and not is_this_machine(scope("unknown"), 0)


def test_tickets_hold_for_their_own_server_only():
    one, other = Tickets(), Tickets()
    cookie = one.cookie(secure=True).split(";")[0]
    assert one.valid(scope(cookie=f"a=b; {cookie}")) and not other.valid(scope(cookie=cookie))
    assert not one.valid(scope()) and not one.valid(scope(cookie="hmvlm-page=;;=")) and not one.valid(scope(cookie=""))
    assert one.valid(scope(sec_fetch_site="same-origin")) and not one.valid(scope(sec_fetch_site="cross-site"))


def test_uploads_are_counted_by_address_and_this_machine_is_free_unless_a_limit_is_set():
    uploads = Uploads(2)
    assert [uploads.wait("a", True) > 0 for _ in range(3)] == [False, False, True]
    assert uploads.wait("b", False) == 0 and 0 < uploads.wait("a", False) <= 3600
    free = Uploads(None)
    assert not any(free.wait("a", True) for _ in range(1000))
    assert any(free.wait("a", False) for _ in range(1000))


def files(folder, names: str, size: int, age: float = 10 * FRESH_SECONDS) -> list[str]:
    """Files of ``size`` bytes in folders of their own; the first is the oldest."""
    made = []
    for number, name in enumerate(names):
        (folder / name).mkdir()
        path = folder / name / "file"
        path.write_bytes(b"x" * size)
        when = path.stat().st_mtime - age + number
        os.utime(path, (when, when))
        made.append(str(path))
    return made


def test_the_oldest_files_go_first_and_fresh_and_kept_ones_stay(tmp_path):
    made = files(tmp_path, "abcd", 400_000)
    fresh = files(tmp_path, "e", 400_000, age=0)
    disk = Disk(tmp_path, 1, 1, keep=[made[1]])
    disk.clean()
    assert [os.path.exists(path) for path in made + fresh] == [False, True, False, False, True]
    assert disk.used == 800_000 and disk.room_for(200_000) and not disk.room_for(900_000)
    assert os.path.exists(made[1]) and os.path.exists(fresh[0])


def test_an_empty_folder_that_is_about_to_be_filled_stays(tmp_path):
    (tmp_path / "new").mkdir()
    old = files(tmp_path, "abcd", 400_000)
    Disk(tmp_path, 1, 1).clean()
    assert (tmp_path / "new").is_dir() and not os.path.exists(old[0])


def test_uploads_of_one_address_have_a_share_and_its_newest_file_stays(tmp_path):
    disk = Disk(tmp_path, 100, 1)
    mine, others = files(tmp_path, "abc", 600_000, age=0), files(tmp_path, "xyz", 600_000, age=0)
    disk.uploaded(others[:1], "other")
    disk.uploaded(mine, "me")
    assert [os.path.exists(path) for path in mine + others] == [False, False, True, True, True, True]
    disk.uploaded(["/etc/passwd", str(tmp_path)], "me")
    assert os.path.exists("/etc/passwd") and os.path.exists(mine[2])


def test_an_upload_is_noted_without_looking_at_all_files(tmp_path, monkeypatch):
    disk = Disk(tmp_path, 100, 1)
    mine = files(tmp_path, "ab", 600_000, age=0)
    monkeypatch.delattr(Disk, "_entries")
    disk.uploaded(mine, "me")
    assert [os.path.exists(path) for path in mine] == [False, True]


def test_answers_are_measured_by_task_and_outcome():
    metrics = Metrics()
    with metrics.answer() as one:
        one.begun("dialogue")

    def fails():
        with metrics.answer() as two:
            two.begun("dialogue")
            raise ValueError("secret words")

    with pytest.raises(ValueError):
        fails()

    def left():
        with metrics.answer():
            yield

    stream = left()
    next(stream)
    stream.close()
    text = metrics.text().decode()
    for outcome, task in (("done", "dialogue"), ("failed", "dialogue"), ("stopped", "none")):
        assert f'hmvlm_answers_total{{outcome="{outcome}",task="{task}"}} 1.0' in text
    assert 'hmvlm_errors_total{kind="ValueError"} 1.0' in text and "secret" not in text
    assert re.search(r'hmvlm_answer_seconds_count\{task="dialogue"\} 2\.0', text)


def test_a_line_of_the_log_is_json_without_the_text_of_errors():
    try:
        raise ValueError("what the visitor\nwrote")
    except ValueError:
        record = logging.getLogger("hmvlm").makeRecord(
            "hmvlm", logging.ERROR, __file__, 1, "turn %s", ("failed",), __import__("sys").exc_info(),
            extra={"event": "answer", "seconds": 1.5},
        )  # fmt: skip
    said = JsonLines().format(record)
    line = json.loads(said)
    assert "\n" not in said and "visitor" not in said
    assert line["message"] == "turn failed" and line["error"] == "ValueError"
    assert line["event"] == "answer" and line["seconds"] == 1.5
    assert line["time"].endswith("Z") and line["where"][0].startswith(__file__)


COMPLETED = b'data: {"msg":"process_completed","event_id":"%s","output":{}}\n\n' % (b"0a" * 16)


@pytest.mark.parametrize(
    ("content", "gone", "ended", "completed"),
    [
        (b'data: {"msg":"process_generating","output":{}}\n\n', False, False, set()),
        (b"event: heartbeat\ndata: null\n\n", False, False, set()),
        (b"event: complete\ndata: [1]\n\n", False, True, set()),
        (b"event: error\ndata: null\n\n", True, False, set()),  # Gradio's last words to one who has gone
        (COMPLETED, False, False, {"0a" * 16}),
        (COMPLETED, True, False, set()),
    ],
)
def test_a_stream_knows_what_was_sent_to_its_end(content, gone, ended, completed):
    async def receive():
        return {"type": "http.disconnect" if gone else "http.request"}

    async def ignore(_):
        return None

    async def used() -> Stream:
        stream = Stream(receive, ignore)
        await stream.receive()
        await stream.send({"type": "http.response.start", "status": 200})
        await stream.send({"type": "http.response.body", "body": content, "more_body": True})
        return stream

    stream = anyio.run(used)
    assert (stream.gone, stream.ended, stream.completed) == (gone, ended, completed)


def test_headers_that_guard_are_set_once():
    headers = guarded([(b"X-Content-Type-Options", b"other"), (b"set-cookie", b"a=b")], "c=d")
    assert [value for name, value in headers if name.lower() == b"x-content-type-options"] == [b"nosniff"]
    assert [value for name, value in headers if name == b"set-cookie"] == [b"a=b", b"c=d"]
