"""Readers and writers, a module a file format; :mod:`hmvlm.motion_files` chooses among them by suffix."""
