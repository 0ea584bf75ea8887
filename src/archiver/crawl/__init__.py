"""Every way into the archive, and the reading of what came in."""
