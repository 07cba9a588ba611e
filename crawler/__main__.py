"""The programs `worlddesk` and `python -m crawler`: the command, and a way out of it from the first moment on."""

import sys

from crawler import interrupt


def main() -> None:
    """Run the command; a signal ends it without a traceback, also while it is still being loaded."""
    interrupt.listen()
    try:
        from crawler.cli import main as worlddesk

        worlddesk(prog_name="worlddesk")
    except KeyboardInterrupt:  # where nobody listens: not the main thread
        sys.exit(130)
    except SystemExit:
        if (code := interrupt.exit_code()) is not None:
            interrupt.leave(code)
        raise


if __name__ == "__main__":
    main()
