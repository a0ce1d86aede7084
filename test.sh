#!/usr/bin/env bash
# Set up the environment with the test tools, then run the tests. Arguments go to pytest:
#
#   ./test.sh                        everything
#   ./test.sh tests/hmvlm/language/test_gate.py     one file
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/run.sh"

setup
install_requirements tests/requirements.txt
if ! command -v chromium >/dev/null && ! command -v google-chrome >/dev/null; then
    install_debian chromium fonts-dejavu-core # for the browser test
fi

status=0
.venv/bin/python -m pytest "$@" || status=$?
if [[ $status -eq 0 ]]; then
    say "All tests passed."
else
    say "Tests failed (pytest ended with status $status)."
fi
exit "$status"
