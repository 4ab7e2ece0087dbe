"""One module per publishing system that two sources or more use."""
