#!/usr/bin/env bash
# Set up the project with every Python that is found, and try it: one line a version, for the table of docs/hosting.md.
#
#   benchmarks/pythons.sh                          3.10, 3.11, 3.12 and 3.13 from the path and from pyenv; the fast tests
#   benchmarks/pythons.sh --no-tests               set up, render one picture and answer one request only
#   benchmarks/pythons.sh tests/hmvlm/motion       these tests; arguments go to pytest
#   PYTHONS="/usr/bin/python3.12" benchmarks/pythons.sh
#
# Each version gets a copy of the working tree without its .venv, in a folder that is removed again, and empty caches of
# pip and of weights. Columns: seconds of ./run.sh --setup; MiB that pip downloaded; MiB of the environment; torch and its
# CUDA; whether a picture is drawn; whether the command generates a motion, and MiB of the weights that it fetched for it;
# tests. A second line has the largest downloads.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
tests=1
[[ "${1:-}" != --no-tests ]] || { tests=0 && shift; }
[[ $# -gt 0 ]] || set -- -m "not slow"

find_pythons() {
    local version found
    for version in 3.10 3.11 3.12 3.13; do
        for found in "${HOME}"/.pyenv/versions/"$version".*/bin/python "$(command -v "python$version" || true)"; do
            if [[ -x "$found" ]] && "$found" -c 'import venv, ensurepip' 2>/dev/null; then
                printf '%s\n' "$found"
                break
            fi
        done
    done
}

downloaded() { # MiB of the packages that pip fetched, by its log, and the largest of them into largest.txt
    grep -oE 'Downloading [^ ]+ \([0-9.]+ [kM]B\)' pip.log | grep -v metadata | sort -u |
        awk '{ size = substr($3, 2); print ($4 == "kB)" ? size / 1000 : size), $2 }' | sort -rn >fetched.txt
    awk 'NR <= 6 { printf "%s %.0f MB  ", $2, $1 }' fetched.txt >largest.txt
    awk '{ sum += $1 } END { printf "%.0f", sum * 1e6 / 1048576 }' fetched.txt
}

mebibytes() { du -sm "$1" 2>/dev/null | cut -f1; }

picture='
from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.render.video import render_frame
assert render_frame(Motion.load(EXAMPLE_MOTION), 30, 256).std() > 10
'
row='%-8s %8s %9s %9s %-16s %8s %7s %8s  %s\n'
# shellcheck disable=SC2059
printf "$row" python "set-up" download installed torch picture motion weights tests
for python in ${PYTHONS:-$(find_pythons)}; do
    version="$("$python" -c 'import platform; print(platform.python_version())')"
    folder="$(mktemp -d)"
    git -C "$root" ls-files -z | tar -C "$root" --null --files-from=- -cf - | tar -C "$folder" -xf -
    cd "$folder" || exit 1
    export HMVLM_CACHE="$folder/weights" PIP_CACHE_DIR="$folder/pip" PIP_LOG="$folder/pip.log"
    start=$SECONDS
    setup=failed loaded=- size=- torch=- drawn=- moved=- fetched=- tested=-
    if PYTHON="$python" ./run.sh --setup >setup.log 2>&1; then
        setup="$((SECONDS - start)) s"
        loaded="$(downloaded)"
        size="$(mebibytes .venv)"
        torch="$(.venv/bin/python -c 'import torch; print(torch.__version__, torch.version.cuda or "")' | tr -d ' ')"
        drawn=no moved=no
        ! .venv/bin/python -c "$picture" >picture.log 2>&1 || drawn=yes
        ! .venv/bin/python -m hmvlm generate "a person waves" --seconds 1 --seed 0 --out wave.npz >motion.log 2>&1 ||
            moved=yes
        fetched="$(mebibytes weights)"
        if [[ $tests == 1 ]]; then
            ./test.sh -q "$@" >tests.log 2>&1
            tested="$(grep -E '[0-9]+ (passed|failed)' tests.log | tail -1)"
        fi
    fi
    # shellcheck disable=SC2059
    printf "$row" "$version" "$setup" "$loaded" "$size" "$torch" "$drawn" "$moved" "$fetched" "${tested:--}"
    if [[ "$setup" == failed ]]; then
        tail -3 setup.log
    else
        printf '    %s\n' "$(cat largest.txt)"
    fi
    [[ ! -f tests.log ]] || grep -E '^(FAILED|ERROR) ' tests.log | cut -c 1-200
    [[ "$tested" != "" ]] || tail -3 tests.log
    [[ "$drawn" != no ]] || tail -1 picture.log
    [[ "$moved" != no ]] || tail -1 motion.log
    cd "$root" && rm -rf "$folder"
done
