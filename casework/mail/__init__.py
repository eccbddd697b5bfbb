"""Notices that leave by e-mail: who wants which, the digest, the outbox."""
