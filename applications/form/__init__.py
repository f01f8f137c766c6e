"""What is asked: sections, questions, answers, what is missing, and the forms that ask."""
