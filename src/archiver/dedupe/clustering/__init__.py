"""Entity resolution: weighed pairs to clusters, one for each post."""
