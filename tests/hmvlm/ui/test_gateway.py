"""The door of the server over real HTTP, before a small page: private handlers, limits, health, and those who leave."""

import json
import threading
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import httpx
import pytest
from gradio.utils import get_upload_folder

from hmvlm.ui import gateway
from hmvlm.ui.engine import Engine
from hmvlm.ui.guarded import GuardedPage
from hmvlm.ui.settings import Settings
from hmvlm.ui.visitors import TICKET

CALL = "/gradio_api/call/generate"


class Work:
    """What the page's endpoint does: it ends at once, or, while ``held``, when its caller leaves."""

    def __init__(self) -> None:
        self.engine = Engine(lambda: SimpleNamespace(stream=lambda *_, **__: iter(())))
        self.held = False
        self.asked: list[tuple[str, threading.Event]] = []

    def generate(self, prompt: str, request: gr.Request) -> str:
        with self.engine.working(request.session_hash or "") as cancel:
            self.asked.append((prompt, cancel))
            while self.held and not cancel.wait(0.01):
                continue
            return "left" if cancel.is_set() else f"done {prompt}"


def small_page(work: Work, **settings) -> GuardedPage:
    with GuardedPage(work.engine, Settings(**settings), analytics_enabled=False) as page:
        box, button = gr.Textbox(), gr.Button()
        queue = {"concurrency_id": "model", "concurrency_limit": 1}
        button.click(work.generate, box, box, api_name="generate", **queue)
        button.click(work.generate, gr.Textbox("walk"), box, api_name="generate_walk", **queue)
        button.click(lambda file: str(file), gr.File(label="file"), box, api_name="see", **queue)
        button.click(lambda text: text, box, box, api_visibility="private", **queue)
        button.click(lambda text: f"private {text}", box, box, api_visibility="private", queue=False)
    page.queue(max_size=8, api_open=False)
    page.launch(prevent_thread_lock=True, quiet=True, ssr_mode=False)
    return page


@pytest.fixture(scope="module")
def work():
    return Work()


@pytest.fixture(scope="module")
def page(work):
    page = small_page(work, session_requests=2, hourly_uploads=2, metrics="all")
    yield page
    page.close()


@pytest.fixture
def http(page, work):
    work.asked.clear()
    with httpx.Client(base_url=page.local_url, timeout=60) as client:
        yield client
    work.held = False


def until(condition) -> None:
    """Return once a condition holds, which then stays."""
    while not condition():
        threading.Event().wait(0.01)


def ask(http: httpx.Client, prompt: str = "wave", **more) -> httpx.Response:
    return http.post(CALL, json={"data": [prompt], **more})


def result(http: httpx.Client, asked: httpx.Response, call: str = CALL) -> str:
    return http.get(f"{call}/{asked.json()['event_id']}").text


def test_private_handlers_cannot_be_called_by_number_or_name(page, http):
    private = {number: fn.api_name for number, fn in page.fns.items() if fn.api_visibility == "private"}
    assert len(private) == 2
    for number, name in private.items():
        for route in ("queue/join", "run/predict", "api/predict", f"run/{name}", f"call/{name}", f"call/v2/{name}"):
            for index in (number, str(number), float(number)):
                body = {"fn_index": index, "data": ["x"], "session_hash": "forged"}
                assert http.post(f"/gradio_api/{route}", json=body).status_code == 404, (route, index)


def test_the_page_of_a_browser_may_call_its_handlers(page, http):
    assert TICKET not in http.cookies
    shown = http.get("/")
    assert "img-src 'self'" in shown.headers["content-security-policy"] and TICKET in http.cookies
    last = max(page.fns)
    said = http.post("/gradio_api/run/predict", json={"fn_index": last, "data": ["x"], "session_hash": "mine"})
    assert said.status_code == 200 and said.json()["data"] == ["private x"]
    http.cookies.set(TICKET, "0123.4567", domain="127.0.0.1", path="/")
    with httpx.Client(base_url=page.local_url, cookies={TICKET: "0123.4567"}) as forger:
        body = {"fn_index": last, "data": ["x"], "session_hash": "mine"}
        assert forger.post("/gradio_api/run/predict", json=body).status_code == 404


def test_missing_arguments_get_their_defaults(http):
    assert "done abc" in result(http, http.post(CALL, json={"data": ["abc"]}))
    assert "done walk" in result(http, http.post(f"{CALL}_walk", json={"data": []}), f"{CALL}_walk")
    assert "done jump" in result(http, http.post(f"{CALL}_walk", json={"data": ["jump"]}), f"{CALL}_walk")
    for body, told in (
        ({}, "needs"), ({"data": "abc"}, "needs"), ({"data": {}}, "needs"), ({"data": []}, "lacks the argument"),
        ({"data": ["abc"] * 9}, "has 9 arguments"),
    ):  # fmt: skip
        refused = http.post(CALL, json=body)
        assert refused.status_code == 422 and told in refused.json()["detail"]


@pytest.mark.parametrize(
    "given",
    ["", 7, {}, "/etc/passwd", {"path": None}, {"path": "/etc/passwd"}, {"path": "\0"}, {"path": "x" * 5000},
     [{"path": 1}], {"url": "http://127.0.0.1:9/a"}, {"path": "http://127.0.0.1:9/a"}],
)  # fmt: skip
def test_a_file_is_one_that_was_uploaded(http, given):
    for route, body in (("call", {"data": [given]}), ("call/v2", {"file": given})):
        refused = http.post(f"/gradio_api/{route}/see", json=body)
        assert refused.status_code == 422 and "must be a file that was uploaded" in refused.json()["detail"]


def test_an_uploaded_file_is_admitted(http):
    folder = Path(get_upload_folder(), "sent")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "walk.bvh").write_bytes(b"HIERARCHY")
    given = {"path": str(folder / "walk.bvh"), "meta": {"_type": "gradio.FileData"}}
    see = "/gradio_api/call/see"
    assert "walk.bvh" in result(http, http.post(see, json={"data": [given]}), see)
    assert "None" in result(http, http.post(see, json={"data": [None]}), see)


@pytest.mark.parametrize("route", ["run/generate", "api/generate"])
def test_public_endpoints_go_through_the_queue_only(http, route):
    assert http.post(f"/gradio_api/{route}", json={"data": ["wave"]}).status_code == 404


@pytest.mark.parametrize(
    ("content", "status"), [(b"[1]", 400), (b"{", 400), (b"[" * 100_000, 400), (b" " * (gateway.MAX_BODY + 1), 413)]
)
def test_a_body_that_is_no_call_is_refused_in_a_sentence(http, content, status):
    refused = http.post(CALL, content=content, headers={"content-type": "application/json"})
    assert refused.status_code == status and refused.json()["detail"].endswith(".")


@pytest.mark.parametrize(
    ("route", "body", "told"),
    [
        ("call", {"data": []}, "The call lacks the argument prompt."),
        ("call/v2", {}, "The call lacks the argument prompt."),
        ("call/v2", {"prompt": "a", "sed": 1}, "The endpoint has no argument sed; it has prompt."),
        ("queue/join", {"data": [], "fn_index": 0, "session_hash": "s"}, "The call lacks the argument prompt."),
    ],
)
def test_missing_and_unknown_arguments_are_told(http, route, body, told):
    end = "" if route == "queue/join" else "/generate"
    refused = http.post(f"/gradio_api/{route}{end}", json=body)
    assert refused.status_code == 422 and refused.json()["detail"] == told


def test_lone_surrogates_are_replaced_at_the_door(http, work):
    body = json.dumps({"data": ["wave \ud800"]})
    asked = http.post(CALL, content=body, headers={"content-type": "application/json"})
    assert "event: complete" in result(http, asked)
    assert work.asked[-1][0] == "wave \ufffd"


def test_a_program_that_leaves_is_stopped(http, work):
    work.held = True
    event = ask(http).json()["event_id"]
    with http.stream("GET", f"{CALL}/{event}"):
        until(lambda: work.asked)
    until(work.asked[0][1].is_set)


def test_a_program_that_never_listens_is_stopped(http, work, monkeypatch):
    monkeypatch.setattr(gateway, "SILENT_SECONDS", 0.2)
    work.held = True
    ask(http)
    until(lambda: work.asked)
    until(work.asked[0][1].is_set)


def test_requests_of_one_session_are_limited(http, work):
    work.held = True
    asked = [ask(http, session_hash="eager") for _ in range(3)]
    assert [one.status_code for one in asked] == [200, 200, 429]
    assert "2 of your requests are not answered yet" in asked[2].json()["detail"]
    work.held = False
    assert "done wave" in result(http, asked[0])


def test_a_session_belongs_to_who_used_it_first(page, http, work):
    """A browser's to that browser, a program's to its address."""
    assert http.get("/").status_code == 200
    last = max(page.fns)
    mine = {"fn_index": last, "data": ["x"], "session_hash": "ours"}
    assert http.post("/gradio_api/run/predict", json=mine).status_code == 200
    with httpx.Client(base_url=page.local_url, timeout=60) as stranger:
        said = ask(stranger, session_hash="ours")
        assert said.status_code == 403 and "another visitor's" in said.json()["detail"]
        for route in ("queue/data?session_hash=ours", "heartbeat/ours"):
            assert stranger.get(f"/gradio_api/{route}").status_code == 403
        stranger.get("/")  # with a ticket of its own it is a stranger still
        assert ask(stranger, session_hash="ours").status_code == 403
        assert "done wave" in result(stranger, ask(stranger, session_hash="theirs"))
    assert work.asked and len(work.asked) == 1
    with httpx.Client(base_url=page.local_url, timeout=60) as program:
        assert "done wave" in result(program, ask(program, session_hash="a program's"))
        assert "done wave" in result(program, ask(program, session_hash="a program's"))


def test_uploads_are_limited_by_the_hour(http):
    codes = [http.post("/gradio_api/upload", files={"files": ("a.txt", b"x")}).status_code for _ in range(3)]
    assert codes == [200, 200, 429]


def test_health_and_metrics(http, work):
    until(lambda: http.get("/healthz").json() == {"status": "ok", "model": "ready", "waiting": 0, "running": 0})
    list(work.engine.stream("secret words", threading.Event()))
    text = http.get("/metrics").text
    assert 'hmvlm_answers_total{outcome="done",task="none"} 1.0' in text
    assert "hmvlm_answer_seconds_bucket" in text and "hmvlm_queue_waiting 0.0" in text
    assert "process_resident_memory_bytes" in text and "hmvlm_disk_bytes" in text and "secret" not in text


def test_unused_routes_of_gradio_are_closed(http):
    assert http.get("/gradio_api/monitoring").status_code == 404
    assert http.post("/gradio_api/component_server", json={}).status_code == 404


def fails() -> None:
    raise OSError("the disk is full")


def test_a_model_that_does_not_load_is_unhealthy():
    work = Work()
    work.engine = Engine(fails)  # type: ignore[arg-type]
    page = small_page(work, metrics="off")
    until(lambda: not work.engine.loading)
    assert httpx.get(f"{page.local_url}healthz").status_code == 503
    assert httpx.get(f"{page.local_url}metrics").status_code == 404
    page.close()
