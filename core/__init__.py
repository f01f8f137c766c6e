"""The kernel: what every app of the portal builds on, and which knows none of them."""
