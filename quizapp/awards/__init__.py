"""Who gets which prize, and why: the sheet of awards of a contest, lots, refused winners, awards by hand, areas."""
