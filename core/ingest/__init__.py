"""The verbs of ingestion: plan jobs, run them, store what they bring, solve the hours they touched."""
