"""Retargeting of any human skeleton to the SMPL body, for files that people give and for training recordings alike."""
