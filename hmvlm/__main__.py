"""``python -m hmvlm``: see :mod:`hmvlm.cli`."""

import sys

from hmvlm.cli import main

sys.exit(main())
