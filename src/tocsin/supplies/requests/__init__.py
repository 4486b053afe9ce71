"""What an incident needs: computed, asked for, approved, allocated, carried, handed over, brought back."""
