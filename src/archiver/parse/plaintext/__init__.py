"""Text captures: a listing with one line per block and no markup."""
