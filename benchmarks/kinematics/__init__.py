"""Does a generated motion do what its sentence says? Measured from joint positions alone.

The sentences of ``prompts/*.json`` were written for this benchmark and are test data. The kinematics here are
independent of what training and reranking measure: they use a motion's joints, numpy and scipy, nothing of
``hmvlm.motion.facts`` and nothing of ``train`` but, to validate the detectors, the reader of recordings.
"""
