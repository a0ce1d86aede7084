r"""MT-Bench scores by an LLM judge behind any OpenAI-compatible endpoint.

    python -m train.evaluation.sections.mt_bench answer --questions data/dialogue/eval --out outputs/mt_bench
    python -m train.evaluation.sections.mt_bench score --out outputs/mt_bench \
        --url http://localhost:8000/v1 --judge NAME

``answer`` writes greedy answers of the model and of its bare base to both turns of the 80 questions, ``score`` has each
turn graded from 1 to 10 and prints means by category. Both resume where they stopped. A key, if the endpoint wants one,
is read from the environment variable that ``--key-variable`` names. Scores compare only under the same judge; questions
of mathematics and code are graded without reference answers here, so the scores are higher than published ones would
be.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from hmvlm import HMVLM
from hmvlm.atomic import write_text
from train.evaluation.metrics import interval
from train.evaluation.report.tables import Table
from train.evaluation.sections.base_answers import load_mt_bench
from train.loop.settings import option, parse_settings

log = logging.getLogger("train.evaluation.sections.mt_bench")

INSTRUCTION = (
    "You grade the answer of an assistant. Judge whether it is helpful, relevant, correct, thorough enough and "
    "clear, without favouring length. First explain your judgement in two or three sentences. Then give a whole "
    "number from 1 (useless) to 10 "
    "(excellent) on a line of its own, exactly in this form: Rating: [[5]]"
)
_RATING = re.compile(r"\[\[\s*(\d+(?:\.\d+)?)\s*\]\]")
RETRIES = 5
MODELS = ("base", "HMVLM")


@dataclass(frozen=True)
class Endpoint:
    """A server that answers ``POST <url>/chat/completions`` as OpenAI's does."""

    url: str
    model: str
    key: str | None = None
    timeout: float = 120.0
    pause: float = 2.0

    def __post_init__(self) -> None:
        if not self.url.startswith(("http://", "https://")):
            raise ValueError(f"the endpoint's address must begin with http:// or https://, got {self.url!r}")

    def ask(self, messages: list[dict[str, str]]) -> str:
        """The answer to a conversation at temperature 0; retries with exponential back-off when the server is busy.

        Raises:
            RuntimeError: the server refuses or stays busy; the message has its reason.
        """
        body = json.dumps({"model": self.model, "messages": messages, "temperature": 0, "max_tokens": 512}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self.key}"} if self.key else {})
        reason = ""
        for attempt in range(RETRIES):
            request = urllib.request.Request(f"{self.url.rstrip('/')}/chat/completions", body, headers)
            try:
                with urllib.request.urlopen(request, timeout=self.timeout) as response:
                    return json.load(response)["choices"][0]["message"]["content"]
            except urllib.error.HTTPError as error:
                reason = f"{error.code} {error.read(300).decode(errors='replace').strip()}"
                if error.code != 429 and error.code < 500:
                    break
            except OSError as error:
                reason = str(error)
            except (KeyError, IndexError, TypeError, json.JSONDecodeError) as error:
                raise RuntimeError(
                    f"{self.url} does not answer like an OpenAI-compatible endpoint: {error!r}"
                ) from error
            if attempt + 1 < RETRIES:
                time.sleep(self.pause * 2**attempt)
        raise RuntimeError(f"the judge at {self.url} gave no answer ({reason}); check --url, --judge and the key")


def parse_rating(text: str) -> float | None:
    """The number in ``[[n]]`` that comes last in a judgement, if it lies between 1 and 10."""
    found = [float(value) for value in _RATING.findall(text)]
    return found[-1] if found and 1 <= found[-1] <= 10 else None


def grade(endpoint: Endpoint, turns: list[str], answers: list[str], turn: int) -> tuple[float | None, str]:
    """Rating and explanation of the answer to ``turn`` (0 or 1) by the judge, who also sees the turns before it."""
    conversation = "\n\n".join(f"[User]\n{turns[k]}\n\n[Assistant]\n{answers[k]}" for k in range(turn + 1))
    ask = "Grade the assistant's last answer." if turn else "Grade the assistant's answer."
    text = endpoint.ask(
        [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": f"{conversation}\n\n{ask}"}]
    )
    return parse_rating(text), text


def answer_turns(model: HMVLM, turns: list[str], bare: bool, tokens: int) -> list[str]:
    """Greedy answers to both turns; ``bare`` forces the untouched base model, else the gate decides.

    A turn that the gate routes to text-to-motion is answered by the assistant's sentence about that motion.
    """
    history: list[dict[str, str]] = []
    answers = []
    for text in turns:
        reply = model.chat(text, history=history, task="dialogue" if bare else None, max_new_tokens=tokens)
        answers.append(reply.text)
        history += [{"role": "user", "content": text}, {"role": "assistant", "content": reply.text}]
    return answers


def read_rows(path: Path) -> list[dict]:
    """Rows of a ``.jsonl`` file, none where there is no file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []


def append_row(path: Path, row: dict) -> None:
    """Add a row to a ``.jsonl`` file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")


def answer(questions: Path, out: Path, model: HMVLM, tokens: int, count: int) -> None:
    """Write the answers to the first ``count`` questions that are missing in ``answers.jsonl``."""
    path = out / "answers.jsonl"
    done = {(row["question_id"], row["model"]) for row in read_rows(path)}
    for row in load_mt_bench(questions)[:count]:
        for name in MODELS:
            if (row["question_id"], name) not in done:
                answers = answer_turns(model, row["turns"], name == "base", tokens)
                append_row(path, {**row, "model": name, "answers": answers})
                log.info("question %s, %s", row["question_id"], name)


def score(out: Path, endpoint: Endpoint) -> Table:
    """Grade the answers that are not graded yet, and make the table of all."""
    answers, path = read_rows(out / "answers.jsonl"), out / "judgements.jsonl"
    if not answers:
        raise FileNotFoundError(
            f"{out / 'answers.jsonl'} is missing; make it with: python -m train.evaluation.sections.mt_bench answer "
            f"--out {out}"
        )
    done = {(row["question_id"], row["model"], row["turn"], row["judge"]) for row in read_rows(path)}
    for row in answers:
        for turn in range(len(row["turns"])):
            key = (row["question_id"], row["model"], turn, endpoint.model)
            if key not in done:
                rating, words = grade(endpoint, row["turns"], row["answers"], turn)
                fields = dict(zip(("question_id", "model", "turn", "judge"), key, strict=True))
                append_row(path, {**fields, "category": row["category"], "rating": rating, "words": words})
    return summary([row for row in read_rows(path) if row["judge"] == endpoint.model])


def summary(judgements: list[dict]) -> Table:
    """Mean ratings a model by category, turn and in all; judgements without a rating do not count."""
    ratings: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in judgements:
        if row["rating"] is not None:
            for column in ("all", f"turn {row['turn'] + 1}", row["category"]):
                ratings[row["model"]][column].append(row["rating"])
    if not ratings:
        raise ValueError("the judge gave no rating in the form [[5]]; try another judge")
    columns = tuple(dict.fromkeys(["all", *sorted({name for one in ratings.values() for name in one} - {"all"})]))
    rows = {
        model: tuple(interval(np.array(one[name])) if one.get(name) else None for name in columns)
        for model, one in ratings.items()
    }
    unrated = sum(row["rating"] is None for row in judgements)
    notes = (f"{unrated} judgements had no rating.",) if unrated else ()
    judge = judgements[0]["judge"]
    return Table(
        "mt_bench",
        f"MT-Bench, graded by {judge}",
        columns,
        rows,
        "MT-Bench",
        len(judgements),
        "greedy",
        "95 % over answers",
        notes,
    )


@dataclass(kw_only=True)
class AnswerSettings:
    """Write the model's and its bare base's answers to MT-Bench."""

    out: Path = option(Path("outputs/mt_bench"), "folder of answers.jsonl")
    model: str = option("embedded", "preset or folder of a model")
    questions: Path = option(Path("data/dialogue/eval"), "folder of mt_bench_questions.jsonl")
    most: int = option(80, "questions to answer")
    tokens: int = option(384, "longest answer")


@dataclass(kw_only=True)
class ScoreSettings:
    """Grade the answers by a judge."""

    url: str = option(help="address of the endpoint, up to and with /v1")
    judge: str = option(help="name of the judge's model at the endpoint")
    out: Path = option(Path("outputs/mt_bench"), "folder of answers.jsonl, judgements.jsonl and scores.json")
    key_variable: str = option("OPENAI_API_KEY", "environment variable that holds the key")


def main(argv: list[str] | None = None) -> int:
    """The command line, ``answer`` or ``score`` with its options; returns 0, or 2 for another step."""
    step, *rest = [*(sys.argv[1:] if argv is None else argv), ""]
    rest = rest[:-1]
    if step == "answer":
        given = parse_settings(AnswerSettings, rest, __doc__)
        answer(given.questions, given.out, HMVLM.from_pretrained(given.model), given.tokens, given.most)
        return 0
    if step != "score":
        print("give the step first: answer or score, with --help for its options", file=sys.stderr)
        return 2
    chosen = parse_settings(ScoreSettings, rest, __doc__)
    table = score(chosen.out, Endpoint(chosen.url, chosen.judge, os.environ.get(chosen.key_variable)))
    print(table.text())
    write_text(chosen.out / "scores.json", json.dumps(table.as_dict(), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
