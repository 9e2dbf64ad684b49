"""What is done to a running cluster by hand, with its name typed: promotions, switchovers, and drills of both."""
