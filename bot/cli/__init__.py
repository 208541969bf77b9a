"""The command line: each file a group of commands, imported only when one of them is called.

Here, and in no other place, the core and the adapters meet; `build` puts them together.
"""
