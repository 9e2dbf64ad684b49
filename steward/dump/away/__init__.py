"""Places off this site that dumps go to: object stores, where they lie sealed, and restic repositories."""
