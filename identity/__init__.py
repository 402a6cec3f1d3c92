"""Who people are, for whom they act, what government knows of them, and how they are told."""
