"""The reading: `read(item, lexicon) -> Reading`; who did what to whom, with what and why."""
