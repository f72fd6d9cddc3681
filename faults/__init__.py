"""Fault drills: the product is started as the README says, used over HTTP by simulated people, broken, and judged.

Knows the product from outside: its API, its documented environment and the process ids in its data folder.

    product, postgres, redis_server   what runs, and how it is started and ended
    material, organizer, sitters      a random contest, who runs it, and the people in it
    nemesis, proxy, disk, fake_clock  what is done to it
    truth, readings, checker          what was promised, what the product says, and where the two differ
    stage, drills/                    a contest under a fault, and one module for each fault of the matrix
    sabotage                          broken variants of the product, on which each drill must be red
"""
