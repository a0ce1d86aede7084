"""Authored actions: small parametric programs over recorded idling or walking bodies; see docs/authored.md."""
