"""What duty officers and leaders decide about a case: level, suspension, declarations, how it ends, that it begins again."""
