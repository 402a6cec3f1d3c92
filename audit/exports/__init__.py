"""Files of the trail: asked for by one supervisor, allowed by another, made by a job."""
