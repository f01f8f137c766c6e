"""Things at a stage, brought there by the portal's own actions: the one family of builders of all tests.

A builder writes no status and no history of its own. What staff type into a form of the administration
(a call, its criteria, what a region needs) is written as the form would write it.
"""
