"""`flask --app wsgi quiz ...` (`commands`), and the supervisor behind `make run` (`serve`)."""
