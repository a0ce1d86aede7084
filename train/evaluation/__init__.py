"""What ``python -m train.evaluation.run`` measures: protocols, metrics, tables, one module a subject."""
