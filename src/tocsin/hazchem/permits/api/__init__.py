"""Work permits for programs and for the phone page of those on site."""
