"""Is a source well? Judged after every run, from its own past.

- `judge` is the rules, from the facts of one run to a status; `verdicts` gathers the facts out of the database.
- `silence` and `fields` say what is usual for a source: how long it brings nothing, what its articles have.
- `network`: was it our own network? Then nobody is to blame.
- `transitions` notes since when a source is ill, and what was told of it; `tell` tells it after a run, by `notify`
  (mail and chats) and `ping` (a watchdog).
"""
