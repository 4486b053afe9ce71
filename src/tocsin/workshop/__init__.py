"""Programs on top of the product: demonstration, benches, accuracy, commands on files. Nothing imports it."""
