"""Readers of motion recordings, retargeting to the SMPL skeleton and the prepared data file."""
