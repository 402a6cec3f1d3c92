"""What supervisors type: searches, requests for files, what leaked."""
