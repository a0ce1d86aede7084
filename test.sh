#!/usr/bin/env bash
# Set up the environment with the tools for development, check the code, then run the tests. Arguments go to pytest, and
# leave the checks out:
#
#   ./test.sh                                       all checks and tests
#   COVERAGE=1 ./test.sh                            the same, with coverage by the fast tests: a minute more
#   ./test.sh -m "not slow"                         the fast tests
#   ./test.sh tests/hmvlm/language/test_gate.py     one file
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/run.sh"

check() { # run one tool of the environment; note its failure and go on
    say "$*"
    ".venv/bin/$1" "${@:2}" || failed+=("$1")
}

setup
install_extras train,dev
if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    install_debian chromium fonts-dejavu-core # for the browser test
fi

failed=()
if [[ $# -gt 0 ]]; then
    check python -m pytest "$@"
else
    check ruff check .
    check ruff format --check .
    [[ ! -x .venv/bin/lint-imports ]] || check lint-imports # import-linter needs Python 3.11
    check mypy
    export OMP_NUM_THREADS=1 # two processes share the cores
    check python -m pytest -n 2 --dist loadfile -m "not slow" ${COVERAGE:+--cov --cov-report=term}
    check python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m slow
fi
if [[ ${#failed[@]} -gt 0 ]]; then
    fail "failed: ${failed[*]}"
fi
say "All tests passed."
