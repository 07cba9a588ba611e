"""One page as read: one parse, then metadata, body, standfirst and subheads."""
