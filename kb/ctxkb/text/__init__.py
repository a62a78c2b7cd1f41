"""Words, tokens and the structure of Markdown: what every part that reads text agrees on."""
