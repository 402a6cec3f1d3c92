"""What government offers: places, departments, items, guides and forms. Knows no person."""
