"""What prose refers to (links, paths, symbols, commands, endpoints), and what there is to refer to."""
