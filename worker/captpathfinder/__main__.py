"""`python -m captpathfinder` is the command line."""

from captpathfinder.cli import main

if __name__ == "__main__":
    main()
