#!/usr/bin/env bash
# Set up everything that HMVLM needs, then serve the page at http://127.0.0.1:7860.
#
#   ./run.sh                 set up (a few minutes the first time, about a second later) and start
#   ./run.sh --setup         set up only
#   ./run.sh -- ARGUMENTS    arguments for app.py, for example: ./run.sh -- --port 8000
#
# PYTHON=/path/to/python3.11 chooses the interpreter. A torch that is already in .venv and
# satisfies requirements.txt (a GPU build, say) is kept. Otherwise the CPU build is taken where there is no NVIDIA GPU;
# TORCH_INDEX=URL chooses another index, TORCH_INDEX= the default of pip.
# Packages are checked against the hashes of requirements.lock where the package index of this machine has these files;
# HMVLM_REQUIRE_HASHES=1 makes anything else an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

say() { printf '%s\n' "$*" >&2; }
fail() { say "error: $*"; exit 1; }

supported() { # does $1 run, and is it Python 3.10 to 3.13?
    "$1" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

find_python() {
    local candidate
    if [[ -n "${PYTHON:-}" ]]; then
        supported "$PYTHON" || fail "PYTHON=$PYTHON is not Python 3.10, 3.11, 3.12 or 3.13"
        printf '%s' "$PYTHON"
        return
    fi
    for candidate in python3 python3.11 python3.12 python3.13 python3.10; do
        if supported "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "HMVLM needs Python 3.10 to 3.13, but found: $(python3 --version 2>&1 || true)." \
        "Install one of them, or name it: PYTHON=/path/to/python3.11 ./run.sh"
}

install_debian() { # install the Debian packages named in the arguments that are missing
    local package missing=()
    command -v dpkg-query >/dev/null || return 0
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    if [[ $EUID -ne 0 ]]; then
        say "note: missing Debian packages; to add them: sudo apt-get install ${missing[*]}"
        return 0
    fi
    say "Installing Debian packages: ${missing[*]}"
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

make_environment() {
    local python
    if [[ -x .venv/bin/python ]]; then
        supported .venv/bin/python || fail ".venv holds an unsupported Python; remove that folder and run again"
        return
    fi
    python="$(find_python)"
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        install_debian python3-venv
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
            fail "$python cannot make virtual environments; install its venv package (Debian: apt-get install python3-venv)"
    fi
    say "Making the virtual environment .venv with $("$python" --version)"
    "$python" -m venv .venv
}

unchanged_since() { # was the file $1, as it is now, installed from before?
    cmp -s "$1" "$(stamp_of "$1")"
}

stamp_of() { # the copy of the file $1 that its last installation left
    printf '.venv/.installed-%s' "$(tr '/' '-' <<<"$1")"
}

pip_quiet() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }

pip_install() {
    pip_quiet "$@" ||
        fail "packages could not be installed (see above); is there a network? Set it up once with one, then it works offline"
}

CPU_INDEX=https://download.pytorch.org/whl/cpu

torch_index() { # print the index of torch's CPU build where that is wanted and can be reached
    local index=${TORCH_INDEX-$CPU_INDEX}
    [[ -n "$index" ]] || return 0
    if [[ -z "${TORCH_INDEX:-}" ]] && { compgen -G '/dev/nvidia[0-9]*' || [[ "$(uname -s)" != Linux ]]; } >/dev/null; then
        return 0
    fi
    if .venv/bin/python -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1] + "/torch/", timeout=10)' \
        "$index" >/dev/null 2>&1; then
        printf '%s' "$index"
    else
        say "note: $index cannot be reached, so pip chooses the build of torch"
    fi
}

install_requirements() { # install requirements.txt, once for each content of it and of its lock files
    local file torch index
    for file in requirements.txt requirements.lock requirements.torch.lock; do
        [[ -f "$file" ]] && ! unchanged_since "$file" && break
        file=""
    done
    [[ -n "$file" ]] || return 0
    say "Installing the Python packages of requirements.txt"
    # torch comes first and alone, so that no other package chooses which build of it is taken. One that is there is kept.
    torch="$(grep -m1 -E '^torch==' requirements.txt)"
    index="$(torch_index)"
    pip_install ${index:+--extra-index-url "$index"} --no-deps --report .venv/torch.json "$torch"
    check_torch .venv/torch.json
    if install_hashed requirements.lock "the other packages"; then
        pip_install ${index:+--extra-index-url "$index"} "$torch" # the libraries that a CUDA build needs
    fi
    pip_install -r requirements.txt # nothing is left to do after the lock file
    for file in requirements.txt requirements.lock requirements.torch.lock; do
        [[ ! -f "$file" ]] || cp "$file" "$(stamp_of "$file")"
    done
}

check_torch() { # compare the build of torch in pip's report $1, which the machine has chosen, with the known hashes
    .venv/bin/python - "$1" requirements.torch.lock <<'END' && return 0
import json, pathlib, sys
report, lock = (pathlib.Path(name) for name in sys.argv[1:])
known = lock.read_text() if lock.is_file() else ""
files = [one["download_info"] for one in json.loads(report.read_text())["install"]]
sys.exit(not all(one.get("archive_info", {}).get("hashes", {}).get("sha256", "none") in known for one in files))
END
    [[ -z "${HMVLM_REQUIRE_HASHES:-}" ]] ||
        fail "this build of torch is none of requirements.torch.lock, and HMVLM_REQUIRE_HASHES is set"
    say "note: the hash of torch is not checked, as requirements.torch.lock does not have this build"
}

install_hashed() { # install exactly the files of the lock file $1, whose packages are $2; or fail
    local reason lock="$1" packages="$2"
    [[ -f "$lock" ]] || return 1
    reason="$(pip_quiet --require-hashes --no-deps -r "$lock" 2>&1 >/dev/null)" && return 0
    reason="$(grep -E 'ERROR|MATCH' <<<"$reason" | tail -n 1 | cut -c 1-300 || true)"
    [[ -z "${HMVLM_REQUIRE_HASHES:-}" ]] ||
        fail "the hashes in $lock do not hold here (${reason:-no reason given}), and HMVLM_REQUIRE_HASHES is set"
    say "note: hashes of $packages are not checked, as $lock cannot be used here: ${reason:-no reason given}"
    return 1
}

install_extras() { # install this checkout, editable, with the extras $1 of pyproject.toml, once for each content it has
    ! unchanged_since pyproject.toml || return 0
    say "Installing hmvlm[$1]"
    pip_install --editable ".[$1]"
    cp pyproject.toml "$(stamp_of pyproject.toml)"
}

setup() {
    make_environment
    install_requirements
    if [[ -f packages.txt ]]; then
        local packages
        mapfile -t packages < <(grep -Ev '^[[:space:]]*(#|$)' packages.txt)
        install_debian "${packages[@]}"
    fi
}

# test.sh sources this file for the functions above.
if [[ "${BASH_SOURCE[0]}" == "$0" ]]; then
    export GLIBC_TUNABLES=${GLIBC_TUNABLES:-glibc.malloc.hugetlb=1} # memory in huge pages: docs/hosting.md
    case "${1:-}" in
        "") setup && exec .venv/bin/python app.py ;;
        --setup) setup ;;
        --) shift && setup && exec .venv/bin/python app.py "$@" ;;
        *) fail "unknown argument $1; use --setup, or -- followed by arguments for app.py" ;;
    esac
fi
