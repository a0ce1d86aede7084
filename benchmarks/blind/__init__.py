"""Blind reading: whether motions do what their prompts say, judged from pictures by readers who know nothing else.

``python -m benchmarks.blind sheets`` generates and draws, ``collect`` reads the readers' forms. The protocol is
``docs/blind_reading.md``.
"""
