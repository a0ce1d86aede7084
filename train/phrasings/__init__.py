"""How people ask for actions: lines written by hand, and tables for sentences of several actions.

``actions.txt`` has the action keys, one a line. The other files are word lists (:mod:`train.word_lists`):

- ``lines/*.txt`` has a section a key, each line a whole request or caption. ``{side}`` and ``{other}`` stand for left
  and right, ``{count}`` for a number. A line that holds only under a condition begins with its tags, such as
  ``(slow)`` or ``(once)``; one without holds for every instance of the action whatever its side, count and speed.
- ``verbs.txt`` has verb phrases for each key, marked as in :mod:`hmvlm.motion.facts.grammar`.
- ``styles.txt`` has adverbs, adjectives and clauses for manners; ``joins.txt`` orders, counts, paths and durations.
- ``other_languages.txt`` has requests that are not English.

A quarter of the lines is held out, told by a hash of the raw line: training takes ``held_out=False``.
"""

from train.phrasings.reader import ACTIONS, OTHER_LANGUAGES, PHRASINGS, find_problems, phrasings
from train.phrasings.sentences import PATHS, STYLES, along, at_once, clause, counted, in_order, lasting, styled

__all__ = [
    "ACTIONS",
    "OTHER_LANGUAGES",
    "PATHS",
    "PHRASINGS",
    "STYLES",
    "along",
    "at_once",
    "clause",
    "counted",
    "find_problems",
    "in_order",
    "lasting",
    "phrasings",
    "styled",
]
