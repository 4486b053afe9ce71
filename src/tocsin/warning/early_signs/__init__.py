"""Early signs: a cause that is likely before a limit is crossed; nothing rings."""
