"""The judge against a small server on this machine."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from train.evaluation.sections import mt_bench


class Handler(BaseHTTPRequestHandler):
    """Busy at first, then grades what it is asked: 8 where the answer says "good", else 3."""

    seen: list[dict] = []
    busy = 1

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if Handler.busy:
            Handler.busy -= 1
            return self._send(503, {"error": "busy"})
        if body["model"] == "closed":
            return self._send(401, {"error": "no key"})
        Handler.seen.append(body | {"path": self.path, "key": self.headers.get("Authorization")})
        grade = 8 if "good" in body["messages"][-1]["content"].rsplit("[Assistant]", 1)[1] else 3
        self._send(200, {"choices": [{"message": {"content": f"It answers [[1]] of two.\nRating: [[{grade}]]"}}]})

    def _send(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def url():
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_answers_are_graded_once_and_averaged(url, tmp_path):
    for name, said in (("base", "bad"), ("HMVLM", "good")):
        row = {
            "question_id": 81,
            "category": "writing",
            "turns": ["Write.", "Again."],
            "model": name,
            "answers": [said, said],
        }
        mt_bench.append_row(tmp_path / "answers.jsonl", row)
    endpoint = mt_bench.Endpoint(url, "grader", "secret", pause=0.01)
    table = mt_bench.score(tmp_path, endpoint)
    assert table.rows["base"][0] == (3.0, 0.0) and table.rows["HMVLM"][0] == (8.0, 0.0)
    assert table.columns == ("all", "turn 1", "turn 2", "writing")
    assert len(Handler.seen) == 4 and Handler.seen[0]["path"] == "/v1/chat/completions"
    assert Handler.seen[0]["key"] == "Bearer secret" and Handler.seen[0]["temperature"] == 0
    assert (
        "Write." in Handler.seen[1]["messages"][-1]["content"]
        and "Again." in Handler.seen[1]["messages"][-1]["content"]
    )
    mt_bench.score(tmp_path, endpoint)
    assert len(Handler.seen) == 4


def test_a_refusal_is_said_in_one_sentence(url):
    with pytest.raises(RuntimeError, match="401 .*no key.*check --url"):
        mt_bench.Endpoint(url, "closed", pause=0.01).ask([{"role": "user", "content": "x"}])
    with pytest.raises(ValueError, match="http://"):
        mt_bench.Endpoint("localhost", "x")


def test_ratings_come_last_and_within_bounds():
    assert mt_bench.parse_rating("[[2]] is the scale. Rating: [[7.5]]") == 7.5
    assert mt_bench.parse_rating("Rating: [[11]]") is None and mt_bench.parse_rating("seven") is None


@pytest.mark.slow
def test_both_the_model_and_its_bare_base_answer_both_turns(tmp_path):
    from hmvlm.assistant import HMVLM
    from hmvlm.config import TokenizerConfig
    from hmvlm.tokenizer.model import BodyPartTokenizer
    from tests.tiny import CODES, tiny_model

    (tmp_path / "mt_bench_questions.jsonl").write_text(
        json.dumps({"question_id": 1, "category": "math", "turns": ["1+1?", "+1?"]})
    )
    model = HMVLM(tiny_model(), BodyPartTokenizer(TokenizerConfig(codebook_size=CODES)).eval())
    for _ in range(2):
        mt_bench.answer(tmp_path, tmp_path, model, 4, 80)
    rows = mt_bench.read_rows(tmp_path / "answers.jsonl")
    assert [row["model"] for row in rows] == ["base", "HMVLM"] and all(len(row["answers"]) == 2 for row in rows)


def test_the_step_comes_first_on_the_command_line(url, tmp_path, capsys):
    assert mt_bench.main([]) == 2 and "answer or score" in capsys.readouterr().err
    mt_bench.append_row(
        tmp_path / "answers.jsonl",
        {"question_id": 1, "category": "math", "turns": ["1+1?"], "model": "base", "answers": ["good"]},
    )
    assert mt_bench.main(["score", "--out", str(tmp_path), "--url", url, "--judge", "grader"]) == 0
    assert json.loads((tmp_path / "scores.json").read_text())["rows"]["base"][0] == [8.0, 0.0]
