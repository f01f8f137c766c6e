"""Pages of experts and of regions about teams."""
