"""People who sit a contest over HTTP, as browsers do: for rehearsals, load and fault drills.

Knows the product from its API alone and imports nothing of it. `history` holds what was sent and what came back, `site`
is one browser, `person` somebody who uses it, `crowd` many of them; `report` and `verdict` say what became of it all.
"""
