// The grid of the review screen.
