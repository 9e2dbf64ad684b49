"""S3 as steward speaks it: one client for repositories' buckets and for dumps, and sentences for what goes wrong."""
