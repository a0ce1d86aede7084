#!/usr/bin/env bash
# Set up the environment with the tools for development, check the code, then run the tests. Arguments go to pytest:
#
#   ./test.sh                                       everything
#   ./test.sh -m "not slow"                         the fast tests
#   ./test.sh tests/hmvlm/language/test_gate.py     one file
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/run.sh"

setup
install_extras train,dev
if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    install_debian chromium fonts-dejavu-core # for the browser test
fi

check() { # run one checker and note its failure
    say "$*"
    .venv/bin/"$@" || failed+=("$1")
}

failed=()
check python -m pytest "$@"
if [[ ${#failed[@]} -eq 0 ]]; then
    say "All tests passed."
else
    say "Tests failed: ${failed[*]}."
    exit 1
fi
