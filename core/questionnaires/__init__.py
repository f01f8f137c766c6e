"""Forms that staff own: their versions, sections and questions as rows, and what is made of them."""
