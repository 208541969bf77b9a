"""The benchmark: what Sanctionwire costs, beside a plain bot that does the same, in one run.

    python -m tests.bench              measure everything, print the table (`make bench` puts it into the README too)
    python -m tests.bench polling ...  only these parts

Nothing but loopback is contacted, and all data are made from the seeds by fixed rules: two runs measure the same work.
Absolute times differ from machine to machine, so each figure that counts is a ratio: both sides run by turns, and the
medians of the rounds are compared. Processor time is what is counted, unless a row says otherwise; servers run in a
process of their own and are left out.

    news       items, feeds and stories made from the seeds        table     medians, ratios, Markdown
    weekend    the plain bot: what is compared with                 outlets   the server of feeds, a process of its own
    polling, deciding, growth, parsing, fanout, starting            one part of the table each
"""
