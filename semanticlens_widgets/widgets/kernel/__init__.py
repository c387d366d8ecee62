"""The Python end of the line to the browser; `js/src/kernel` is the other."""
