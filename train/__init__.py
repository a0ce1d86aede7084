"""Training and evaluation of both stages; uses :mod:`hmvlm`, never the other way round."""
