"""One module per source of evidence about an identity.

A module here defines ``Source``, built once per audit from the ``TrustBase``; it is found
by its place in this package, nothing has to be registered.
"""
