"""A second world of districts, by other street plans and other formulas than the first, to judge the diagnosis of causes."""
