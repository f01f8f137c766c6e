"""Settings of a site without middleware, session or database, which measurements compare the portal with."""

ROOT_URLCONF = "impact.benchmarks.empty"
ALLOWED_HOSTS = ["127.0.0.1"]
