"""Colours around the body (sRGB, 0 to 1); what the body itself wears is in :mod:`hmvlm.body.clothing`."""

BACKGROUND = (0.945, 0.953, 0.965)
FLOOR = (0.890, 0.902, 0.922)
SHADOW = (0.16, 0.18, 0.24)
SHADOW_STRENGTH = 0.62
