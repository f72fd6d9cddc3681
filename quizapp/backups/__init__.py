"""The whole installation as one file, taken while it runs, and put back: the database, its proof, the secret key."""
