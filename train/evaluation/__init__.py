"""What ``python -m train.evaluate`` measures: protocols, metrics, tables, one module a subject."""
