"""What staff do with forms: written as drafts, published, and brought back."""
