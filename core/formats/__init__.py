"""How dates and times look, where Django's own way leaves out the zone."""
