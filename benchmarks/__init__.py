"""Time and memory of the product and its parts, one command each; quality is measured by :mod:`train.evaluation`."""
