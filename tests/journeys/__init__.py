"""Ways through the product as a person takes them: a real Chromium, a real server, a real shop's data.

A `Visitor` is somebody with a browser; whatever a page writes to the console as an error, a breach of the content
security policy included, fails the test at its end. Needs Chromium (`tests/chromium.py`); skipped without it.
"""
