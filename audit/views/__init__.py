"""The supervisor's room, page by page. Each page is told which directory to ask for names."""
