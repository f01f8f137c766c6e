"""The search: from tables of teams by way of the relaxation to an answer that is proven best."""
