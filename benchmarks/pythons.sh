#!/usr/bin/env bash
# Set up the project with every Python that is found, and test it: one line a version, for the table of docs/hosting.md.
#
#   benchmarks/pythons.sh                        3.10, 3.11, 3.12 and 3.13 from the path and from pyenv; the fast tests
#   benchmarks/pythons.sh --no-tests             set up, import, render one picture and answer --help only
#   PYTHONS="/usr/bin/python3.12" benchmarks/pythons.sh
#
# Each version gets a copy of the working tree without its .venv, in a folder that is removed again.
set -uo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
tests=1
[[ "${1:-}" != --no-tests ]] || tests=0

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

picture='
from hmvlm.motion.clip import Motion
from hmvlm.paths import EXAMPLE_MOTION
from hmvlm.render.video import render_frame
assert render_frame(Motion.load(EXAMPLE_MOTION), 30, 256).std() > 10
'
printf '%-10s %8s %8s %9s  %s\n' python "set-up" MiB picture tests
for python in ${PYTHONS:-$(find_pythons)}; do
    version="$("$python" -c 'import platform; print(platform.python_version())')"
    folder="$(mktemp -d)"
    git -C "$root" ls-files -z | tar -C "$root" --null --files-from=- -cf - | tar -C "$folder" -xf -
    cd "$folder" || exit 1
    start=$SECONDS
    setup=failed size=- drawn=- tested=-
    if PYTHON="$python" ./run.sh --setup >setup.log 2>&1; then
        setup="$((SECONDS - start)) s"
        size="$(du -sm .venv | cut -f1)"
        drawn=no
        ! .venv/bin/python -c "$picture" >picture.log 2>&1 || drawn=yes
        if [[ $tests == 1 ]]; then
            tested="$(./test.sh -q -m "not slow" 2>&1 | grep -E '[0-9]+ (passed|failed)' | tail -1)"
        fi
    fi
    printf '%-10s %8s %8s %9s  %s\n' "$version" "$setup" "$size" "$drawn" "${tested:--}"
    [[ "$setup" != failed ]] || tail -3 setup.log
    cd "$root" && rm -rf "$folder"
done
