"""The pattern of an account: what an identity did, in which order, with whom, how usual that is."""
