"""Pages are read in processes of their own, within limits of processor, time and memory.

- `pool` starts them, hands them pages, ends those that take too much; `worker` is what runs in them.
- `reading` is what they are asked to do with listings; `stages` says how far a page got.
- `quarantine` keeps the pages that ended one: the same bytes are not read again.
"""
