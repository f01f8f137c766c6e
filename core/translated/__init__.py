"""Text that staff write in every language of the portal: how it is stored, asked for, shown and searched."""
