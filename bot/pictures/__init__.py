"""Figures -> pictures: charts as plain values, and what draws them as PNG.

A chart holds every word and number that its picture shows, in the reader's language. The same chart is
the same picture, so a chart is also the key under which its picture is kept. Pillow is imported when a
picture is asked for.
"""
