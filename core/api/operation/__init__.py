"""For those who run an instance: whether it is well, what it has answered, how its sources are doing."""
