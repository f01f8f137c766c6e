"""What stands for a cell that holds no text of its own."""

# A formula that no program has calculated: nothing that somebody typed, which has no NUL.
FORMULA_WITHOUT_VALUE = "\0formula"
