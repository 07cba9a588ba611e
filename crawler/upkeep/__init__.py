"""What keeps the file well for years; each is a command or part of one.

- `holders` names who has it open, `integrity` looks whether it is whole: `worlddesk doctor`.
- `repair` mends what can be mended in place, `salvage` saves what can be read of a damaged file: `doctor --repair`.
- `publish` makes snapshots and backups, `prune` lets go what is old.
"""
