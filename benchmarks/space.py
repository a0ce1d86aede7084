"""A dry run of a Gradio Space of the Hub, on this machine: another user, a read-only tree, only what a Space installs.

    python -m benchmarks.space                                    # as root; /usr/bin/python3 and a new user
    python -m benchmarks.space --python /opt/3.10/bin/python /opt/3.12/bin/python --wheels WHEELS --keep out/spaces

For every Python, in a folder that is removed again: the packages of ``packages.txt`` by apt-get; an environment of
root's with ``requirements.txt`` and what the Hub installs beside it; the files of the repository, of root's and without
write bits; and ``app.py`` run by a user who can write to the home directory only (all else is mounted read-only where
the kernel lets root do so), with the variables of a Space. Weights are fetched by the page, as on a Space. Then the
page, a chat, a motion with its video and a photo are asked for over HTTP, and :mod:`benchmarks.zerogpu` is run by the
same user in the same environment. Printed: seconds, what came back, the largest memory of the server.
"""

from __future__ import annotations

import argparse
import grp
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.commands import ROOT
from benchmarks.space_visit import served, visit

USER = "hmvlm-space"
VARIABLES = {
    "SYSTEM": "spaces", "SPACE_ID": "somebody/hmvlm", "SPACE_HOST": "somebody-hmvlm.hf.space", "SHLVL": "0",
    "GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_NUM_PORTS": "1", "GRADIO_ALLOW_FLAGGING": "never",
    "GRADIO_THEME": "huggingface", "PYTHONUNBUFFERED": "1", "TQDM_POSITION": "-1", "TQDM_MININTERVAL": "1",
}  # fmt: skip
"""What the Hub sets for a Gradio Space."""
KEPT = re.compile(r"PIP_(?!CACHE)\w+|\w+_proxy|\w+_PROXY|SSL_CERT_\w+|REQUESTS_CA_BUNDLE|LANG")
"""Variables of this machine by which its network is reached."""
BESIDE = ("uvicorn>=0.14.0", "websockets>=10.4", "spaces")
"""What the Hub installs beside the requirements, with ``gradio[oauth,mcp]`` in the version of the front matter."""
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro / && exec "$@"'
TROUBLE = re.compile(r"Traceback|Permission denied|Read-only file system|\bERROR\b")
NOISE = re.compile(
    r"Exception ignored in: <function BaseEventLoop.__del__.*?ValueError: Invalid file descriptor: -1", re.S
)
"""Loops that Gradio makes and drops on a Space, which Python 3.12 reports when it collects them; nothing depends on
them."""


class Failed(Exception):
    """A step did not succeed; the message says which and how."""


def run(words: list[str], step: str, **options: object) -> float:
    """Run a command and give its seconds; :class:`Failed` with the end of its output."""
    started = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    if done.returncode:
        raise Failed(f"{step}: status {done.returncode}\n{done.stdout[-3000:]}")
    return time.monotonic() - started


def front_matter(name: str) -> str:
    """A value of README's front matter."""
    found = re.search(rf'^{name}: "?([^"\n]+)"?$', (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert found is not None
    return found[1]


def install_system() -> None:
    """The packages of ``packages.txt``, those that are missing."""
    wanted = (ROOT / "packages.txt").read_text().split()
    if subprocess.run(["dpkg-query", "-W", *wanted], capture_output=True).returncode:
        run(["apt-get", "update", "-qq"], "apt-get update")
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *wanted], "apt-get install")


def install(python: str, folder: Path, wheels: Path | None) -> Path:
    """A new environment; its Python."""
    run([python, "-m", "venv", str(folder)], "venv")
    own = folder / "bin" / "python"
    pip = [str(own), "-m", "pip", "install", "--quiet", "--no-input"]
    pip += [] if wheels is None else ["--find-links", str(wheels)]
    run([*pip, "--upgrade", "pip"], "pip install pip")
    gradio = f"gradio[oauth,mcp]=={front_matter('sdk_version')}"
    run([*pip, "-r", str(ROOT / "requirements.txt"), gradio, *BESIDE], "pip install -r requirements.txt")
    run([str(own), "-m", "pip", "check"], "pip check")
    return own


def copy_tree(folder: Path) -> None:
    """The files of the repository without write bits."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    run(["chmod", "-R", "a=rX", str(folder)], "chmod")


def as_user(words: list[str], home: Path, **variables: str) -> list[str]:
    """A command as the user of the Space runs it: few variables, no rights, only ``home`` to write to."""
    about = pwd.getpwnam(USER)
    environment = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    environment |= {"HOME": str(home), "TMPDIR": str(home / "tmp"), "USER": USER} | VARIABLES | variables
    environment["PATH"] = f"{Path(words[0]).parent}:/usr/local/bin:/usr/bin:/bin"
    settings = [f"{name}={value}" for name, value in environment.items()]
    ids = [f"--reuid={about.pw_uid}", f"--regid={about.pw_gid}", "--clear-groups"]
    command = ["setpriv", *ids, "env", "-i", *settings, *words]
    confined = ["unshare", "--mount", "sh", "-c", READ_ONLY, str(home)]
    if subprocess.run([*confined, "true"], capture_output=True).returncode == 0:
        return [*confined, *command]
    print("note: this kernel mounts nothing read-only; only permissions protect the tree", flush=True)
    return command


def memory(process: int) -> float:
    """Largest memory of a process so far in GiB."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / (1 << 20) if found else 0.0


def troubles(log: Path) -> list[str]:
    """Lines of a log that tell of something that went wrong."""
    return [line for line in NOISE.sub("", log.read_text(errors="replace")).splitlines() if TROUBLE.search(line)]


def page(python: Path, app: Path, home: Path, port: int, say: Callable[[str], None]) -> None:
    """Start the page, and ask it for everything."""
    log, url = home.parent / "page.log", f"http://127.0.0.1:{port}"
    with log.open("w") as stream:
        command = as_user([str(python), "app.py"], home, GRADIO_SERVER_PORT=str(port))
        server = subprocess.Popen(command, cwd=app, stdout=stream, stderr=subprocess.STDOUT)
    try:
        say(f"page after {served(url, lambda: server.poll() is None):.0f} s")
        for line in visit(url):
            say(line)
        say(f"peak memory of the server {memory(server.pid):.2f} GiB")
    except Exception as error:
        raise Failed(f"page: {error}\n{log.read_text(errors='replace')[-3000:]}") from error
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
    if found := troubles(log):
        raise Failed("page: its log tells of trouble\n" + "\n".join(found[:10]))


def version_of(python: str) -> str:
    """Version of an interpreter."""
    return subprocess.run([python, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]


def dry_run(python: str, folder: Path, options: argparse.Namespace) -> None:
    """All steps with one Python; :class:`Failed` at the first that does not succeed."""
    version = version_of(python)

    def say(text: str) -> None:
        print(f"{version:8} {text}", flush=True)

    home, own, mark = folder / "home", folder / "env" / "bin" / "python", folder / "installed"
    for part in ("home", "app"):
        shutil.rmtree(folder / part, ignore_errors=True)
    for part in (home / "tmp", folder / "app"):
        part.mkdir(parents=True)
    run(["chown", "-R", USER, str(home)], "chown")
    run(["setpriv", "--reuid", USER, "--clear-groups", python, "-c", ""], f"{USER} cannot run {python}")
    if not mark.exists():
        started = time.monotonic()
        install(python, folder / "env", options.wheels)
        size = int(subprocess.run(["du", "-sm", str(folder / "env")], capture_output=True, text=True).stdout.split()[0])
        say(f"requirements installed in {time.monotonic() - started:.0f} s, {size / 1024:.1f} GiB")
        mark.touch()
    copy_tree(folder / "app")
    page(own, folder / "app", home, options.port, say)
    words = [str(own), "-m", "benchmarks.zerogpu"]
    done = subprocess.run(as_user(words, home), cwd=folder / "app", capture_output=True, text=True, timeout=1800)
    for line in done.stdout.splitlines():
        if "_DEBUG " not in line:  # of the package spaces
            say(f"ZeroGPU: {line}")
    if done.returncode:
        raise Failed(f"benchmarks.zerogpu: status {done.returncode}\n{done.stderr[-3000:]}")


def main() -> int:
    """1 if a step failed with one of the Pythons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--python", nargs="+", default=["/usr/bin/python3"], help="interpreters that every user may run"
    )
    parser.add_argument("--wheels", type=Path, help="folder of wheels that pip may take instead of downloading them")
    parser.add_argument(
        "--keep", type=Path, help="folder to work in, which is not removed: logs, and environments to go on with"
    )
    parser.add_argument("--port", type=int, default=7861)
    options = parser.parse_args()
    if os.geteuid():
        parser.error("run it as root: it makes a user and installs what packages.txt names")
    new = USER not in (one.pw_name for one in pwd.getpwall())
    if new:
        run(["useradd", "--system", "--no-create-home", *(["-g", USER] if USER in _groups() else []), USER], "useradd")
    bad = 0
    try:
        install_system()
        for python in options.python:
            folder = Path(tempfile.mkdtemp(prefix="hmvlm-space-"))
            if options.keep is not None:
                shutil.rmtree(folder)
                folder = options.keep.resolve() / version_of(python)
                folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
            try:
                dry_run(python, folder, options)
            except Failed as error:
                bad += 1
                print(f"FAILED with {python}: {error}", flush=True)
            finally:
                if options.keep is None:
                    shutil.rmtree(folder, ignore_errors=True)
    finally:
        if new:
            subprocess.run(["userdel", USER], check=False)
    return int(bad > 0)


def _groups() -> list[str]:
    return [one.gr_name for one in grp.getgrall()]


if __name__ == "__main__":
    sys.exit(main())
