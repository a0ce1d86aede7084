"""Attacks on the product: processes killed while they save, full disks, altered files, many visitors at once."""
