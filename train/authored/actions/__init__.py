"""One module a family of actions; each registers its programs with ``@action``."""
