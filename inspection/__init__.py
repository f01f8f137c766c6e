"""Reads files of strangers, in a process of its own with limits; knows neither Django nor the portal.

`python -m inspection` reads one file and writes one verdict. `core.uploads.sandbox` starts it.
"""
