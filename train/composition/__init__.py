"""Composition: new motions of known meaning from recorded ones.

:mod:`~train.composition.joining` puts motions one after the other, :mod:`~train.composition.layering` the upper body of
one on the legs of another, :mod:`~train.composition.bending` straight gaits along paths, and
:mod:`~train.composition.variation` changes tempo and size. All work on :class:`~train.composition.channels.Channels`,
in which the feet are targets of their own, and inverse kinematics puts the legs on them at the end.
"""
