"""`python -m crawler` is `worlddesk`."""

from crawler.cli import main

if __name__ == "__main__":
    main(prog_name="worlddesk")
