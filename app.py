"""Serve the page: the entry of ``./run.sh`` and of a Hugging Face Space. The same as ``hmvlm serve``.

python app.py --preset embedded --port 7860
"""

import sys

from hmvlm.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
