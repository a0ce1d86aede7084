"""One heap for all threads."""

import platform
import subprocess
import sys


def test_all_threads_get_one_heap_where_the_c_library_is_glibc():
    script = "from hmvlm.heap import use_one_heap; print(use_one_heap())"
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert said == str(platform.libc_ver()[0] == "glibc")
