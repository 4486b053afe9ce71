"""The list of cases, the page of one case with the parts of every subject, its papers, and cases for programs."""
