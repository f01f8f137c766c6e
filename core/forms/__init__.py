"""The one way to show a form to the public: fields, rows, and what is saved while somebody types."""
