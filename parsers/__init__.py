"""One module per data source, nothing else."""
