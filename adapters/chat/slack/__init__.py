"""Slack. Nothing is imported here, so that only `SlackChat` (in `client`) brings Slack's libraries in.

client      the Chat: puts the rest together, comes online, goes offline
calls       one Web API client without blind retries; Slack's failures in our own words
sending     a delivery to a post, an edit or a reply, exactly once; `pace` says when
socket      Socket Mode, watched over;  web: signed HTTP instead
listening   acknowledges whatever comes, at once, and hands it on, once
talking     a command, a press, a submission, a visit to App Home: asks the desk and shows its answer
people      who somebody is, and what they may do
text, render, forms, home    pure: messages, modals and App Home in Slack's format
"""
