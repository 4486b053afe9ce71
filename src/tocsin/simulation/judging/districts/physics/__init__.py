"""What happens underground: arrays over time in, arrays over time out."""
