"""`make bench`: what the product costs, as ratios to the least possible work, measured side by side in one run."""
