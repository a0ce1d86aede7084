"""``python -m hmvlm``: see :mod:`hmvlm.cli`."""

import sys

from hmvlm.cli import main

if __name__ == "__main__":
    sys.exit(main())
