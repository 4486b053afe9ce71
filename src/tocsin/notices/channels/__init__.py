"""How notices leave the house: letters, the channels that take them, and which of them an installation has set up."""
