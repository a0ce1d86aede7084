"""Seeing people: photos, clips and the body landmarks in them."""
