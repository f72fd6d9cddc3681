"""The log that cannot lie: who did what, in a chain of hashes for each contest."""
