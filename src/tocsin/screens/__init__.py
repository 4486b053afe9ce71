"""What pages and programs of all capabilities share: request, forms, acts, lists, words, time line, live stream."""
