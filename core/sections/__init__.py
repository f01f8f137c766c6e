"""A form that is saved in sections: questions as data, kinds of answers, merging, completeness, words."""
