"""Work permits for special operations (GB 30871-2022): what is asked, who signs, what stops them."""
