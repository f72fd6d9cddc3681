"""The records from which anyone can compute a result again: raw attempts, rules, key, ranking; and the check."""
