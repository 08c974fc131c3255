"""Finds on a page what a source could be read from: feeds, rows of a list, articles in JSON. Pure.

What is found is a proposal, to be tried by the readers of a crawl before anybody is shown it.
"""
