"""The programs `worlddesk` and `python -m crawler`: the command, and a way out while it is still being loaded."""

import sys


def main() -> None:
    """Run the command; Ctrl-C ends it without a traceback from the first moment on."""
    try:
        from crawler.cli import main as worlddesk

        worlddesk(prog_name="worlddesk")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
