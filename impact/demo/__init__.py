"""The demo: people, applications and regions to try the portal with, and the check of the main job."""
