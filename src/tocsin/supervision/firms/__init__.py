"""The phone page of a firm: its tasks, hidden dangers and questions in one answer, and its acts."""
