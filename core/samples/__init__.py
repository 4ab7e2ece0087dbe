"""What fetch functions make of recorded cases."""
