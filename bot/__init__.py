"""Sanctionwire's core: reads news, tells stories, chooses who hears; touches nothing outside."""
