"""What years of data need: filling the past, what is missing in it, sums over days to years, files to carry it in."""
