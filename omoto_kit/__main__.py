"""`python -m omoto_kit` is the command line `omoto`."""

from omoto_kit.cli import main

if __name__ == "__main__":
    main()
