"""Bytes from outside, at random: whatever is sent to a reader of ours, it gives a value or a refusal of its own.

`python -m fuzz` (or `make fuzz`) tries each target for a minute; docs/fuzzing.md tells how, and what to do with a find.
"""
